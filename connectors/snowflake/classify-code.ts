import { remoteError, type RemoteError, type RemoteErrorClass } from '../kit/remote-error.ts';

interface CodeRule {
  readonly codes: RegExp;
  readonly class: RemoteErrorClass;
  /** The connection where it does not say. */
  readonly scope?: RemoteError['scope'];
  readonly title: string;
  readonly fix?: string;
}

/** No token, a token that is not known, or one that ended; the statement did not run. */
const SESSION_ENDED = /^390(103|104|110|111|112|114)$/;

/** Whether Snowflake said by this code that there is no such session (any more). */
export function isSessionEnd(code: string | undefined): boolean {
  return SESSION_ENDED.test(code ?? '');
}

/** The first that matches decides. What the server said in words is dropped everywhere: it quotes values. */
const RULES: readonly CodeRule[] = [
  {
    codes: /^(390189|390201)$/,
    class: 'config',
    title: 'The role, warehouse, database or schema does not exist, or the user may not use it.',
    fix: 'Check the names in the configuration, and that the role is granted to the user.',
  },
  {
    codes: /^390(420|422|432)$/,
    class: 'permission',
    title: "A network policy of Snowflake does not let this machine's address in.",
    fix: 'Add the address to the network policy of the user.',
  },
  {
    codes: SESSION_ENDED,
    class: 'transient',
    title: 'The session ended before the statement ran.',
  },
  {
    codes: /^(390\d{3}|394\d{3})$/,
    class: 'auth',
    title: 'Snowflake refused the user or the key.',
    fix: 'Check account and user, that the public key is set on the user (RSA_PUBLIC_KEY or RSA_PUBLIC_KEY_2), and the clock.',
  },
  {
    codes: /^(003001|003541)$/,
    class: 'permission',
    title: 'The role may not do this.',
    fix: 'Grant what setup.sql lists.',
  },
  {
    codes: /^(002003|002043)$/,
    class: 'config',
    title: 'A database, schema, table or stage does not exist, or the role may not see it.',
    fix: 'Run setup.sql, and check the names in the configuration.',
  },
  {
    codes: /^(000606|000607)$/,
    class: 'config',
    title: 'There is no warehouse to run the statement.',
    fix: 'Check the name of the warehouse, that the role may use it, and that it resumes by itself (AUTO_RESUME).',
  },
  {
    codes: /^(090073)$/,
    class: 'quota',
    title: 'A resource monitor keeps the warehouse from starting.',
    fix: 'Raise the quota of the resource monitor, or wait for its next period.',
  },
  {
    codes: /^(000604|000605|000625|000628|000629|000630|000639|000300|300002)$/,
    class: 'transient',
    title: 'Snowflake gave the statement up; nothing of it was applied.',
  },
  {
    // Of the whole batch, as one row may be what it stumbles over: what goes alone then holds nobody up.
    codes: /^(000603|3000(0[1-9]|[1-9]\d)|370001)$/,
    class: 'transient',
    scope: 'batch',
    title: 'Snowflake failed by a fault of its own; nothing of the statement was applied.',
    fix: 'It is sent again; where it stays so, Snowflake has to be asked, with the id of the query in its history.',
  },
  {
    codes: /^100\d{3}$/,
    class: 'invalid_record',
    scope: 'batch',
    title: 'A column of the table does not take a value.',
    fix: "Compare the mapping with the table's columns: type, length, NOT NULL.",
  },
];

/**
 * Classifies a statement or a sign-in that Snowflake itself refused. A statement is applied whole or not at all, so a
 * refusal means that nothing was.
 */
export function classifyCode(code: string | number | undefined): RemoteError {
  const text = String(code ?? '');
  const rule = RULES.find(({ codes }) => codes.test(text));
  const found: Omit<CodeRule, 'codes'> = rule ?? {
    class: 'config',
    title: 'Snowflake refused a statement of this connector.',
    fix: "Compare the table with the connector's README.",
  };
  return remoteError(found.class, found.title, {
    scope: found.scope ?? 'connection',
    ...(found.fix === undefined ? {} : { fix: found.fix }),
    ...(/^\d{6}$/.test(text) ? { remote: { code: text } } : {}),
  });
}
