/** An event of a stream of server-sent events, as the HTML standard reads them (section 9.2.6). */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
  /** The last id that was told, by this event or one before. */
  readonly id: string;
}

/** Puts events together from text in pieces as it arrives. Comments and fields that nobody knows are passed over. */
export class EventReader {
  #text = '';
  #id = '';
  #event = '';
  #data: string[] = [];

  /** Takes the next piece; answers the events that it completes. */
  take(piece: string): ServerEvent[] {
    this.#text += piece;
    const lines = this.#text.split(/\r\n|\n|\r(?!$)/);
    this.#text = lines.pop() ?? '';
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): ServerEvent[] {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return [];
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.#event = value;
    if (name === 'data') this.#data.push(value);
    if (name === 'id' && !value.includes('\0')) this.#id = value;
    return [];
  }

  #dispatch(): ServerEvent[] {
    const data = this.#data;
    const event = this.#event === '' ? 'message' : this.#event;
    this.#data = [];
    this.#event = '';
    return data.length === 0 ? [] : [{ event, data: data.join('\n'), id: this.#id }];
  }
}
