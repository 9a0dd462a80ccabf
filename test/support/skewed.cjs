// Preloaded into a gateway: its clock is an hour fast.
const HOUR = 3_600_000;
const { now } = Date;
globalThis.Date = class extends Date {
  constructor(...given) {
    super(...(given.length ? given : [now() + HOUR]));
  }

  static now() {
    return now() + HOUR;
  }
};
