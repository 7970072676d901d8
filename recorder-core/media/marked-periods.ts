/** When a party was on hold, or its storing paused; remembered only as far back as the timeline still needs it. */
export class MarkedPeriods {
  #periods: { from: number; to: number }[] = [];

  /** A period begins; a second one while the first lasts changes nothing. */
  begin(at: number): void {
    if (this.#periods.at(-1)?.to !== Infinity) this.#periods.push({ from: at, to: Infinity });
  }

  /** The period ends; without one it changes nothing. */
  end(at: number): void {
    const last = this.#periods.at(-1);
    if (last?.to === Infinity) last.to = at;
  }

  /** True when some of [from, to) lies in a period. */
  overlaps(from: number, to: number): boolean {
    return this.#periods.some((period) => period.from < to && period.to > from);
  }

  /** Nothing before `at` will be asked again. */
  forgetBefore(at: number): void {
    if ((this.#periods[0]?.to ?? Infinity) <= at) this.#periods = this.#periods.filter(({ to }) => to > at);
  }
}
