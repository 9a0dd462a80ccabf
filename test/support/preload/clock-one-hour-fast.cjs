// Sets the clock of a gateway one hour fast. Preloaded into it.
const HOUR = 3_600_000;
const { now } = Date;
globalThis.Date = class extends Date {
  constructor(...args) {
    super(...(args.length ? args : [now() + HOUR]));
  }

  static now() {
    return now() + HOUR;
  }
};
