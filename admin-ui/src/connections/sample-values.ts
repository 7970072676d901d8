/** One value of a record, by the path that reads it. */
export interface SampleValue {
  readonly path: string;
  readonly value: string | number | boolean | null;
}

/** Every single value of a record, in its order, by the expression that reads it: `record.parties[0].name`. */
export function sampleValues(name: string, sample: unknown): SampleValue[] {
  if (Array.isArray(sample)) return sample.flatMap((one, at) => sampleValues(`${name}[${String(at)}]`, one));
  if (typeof sample === 'object' && sample !== null)
    return Object.entries(sample).flatMap(([key, value]) => sampleValues(pathTo(name, key), value));
  if (typeof sample === 'string' || typeof sample === 'number' || typeof sample === 'boolean')
    return [{ path: name, value: sample }];
  return [{ path: name, value: null }];
}

/** The values that an expression names; of a loop over a list those of its first element. */
export function valuesReadBy(expression: string, values: readonly SampleValue[]): SampleValue[] {
  const paths = [...expression.matchAll(/[A-Za-z_]\w*(?:\.[A-Za-z_]\w*(?!\w*\()|\[(?:\d+|"[^"]*")\])+/g)].map(
    ([path]) => path,
  );
  const loops = [
    ...expression.matchAll(/([\w.[\]]+)\.(?:filter|map|all|exists|exists_one)\(\s*([A-Za-z_]\w*)\s*,/g),
  ];
  const opened = paths.map((path) => {
    const [, list, name] = loops.find(([, , each]) => path.startsWith(`${each ?? ''}.`)) ?? [];
    return list === undefined || name === undefined ? path : `${list}[0]${path.slice(name.length)}`;
  });
  return [...new Set(opened)].flatMap((path) => values.find((one) => one.path === path) ?? []);
}

/** The names of a sample as the editor offers them: every element of a list has the names of its first. */
export function namesOfSample(name: string, sample: unknown): { path: string; type: string }[] {
  if (Array.isArray(sample))
    return [
      { path: name, type: 'list of any' },
      ...(sample.length === 0 ? [] : namesOfSample(`${name}[]`, sample[0])),
    ];
  if (typeof sample === 'object' && sample !== null)
    return [
      { path: name, type: 'any' },
      ...Object.entries(sample)
        .filter(([key]) => /^[A-Za-z_]\w*$/.test(key))
        .flatMap(([key, value]) => namesOfSample(`${name}.${key}`, value)),
    ];
  return [{ path: name, type: 'any' }];
}

function pathTo(name: string, key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `${name}.${key}` : `${name}[${JSON.stringify(key)}]`;
}
