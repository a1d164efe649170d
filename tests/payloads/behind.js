// Loaded before a program, whose clock is then DAYS_BEHIND days behind.
const late = Number(process.env.DAYS_BEHIND) * 24 * 60 * 60 * 1000;
const Now = Date;
globalThis.Date = class extends Now {
  constructor(...given) {
    given.length ? super(...given) : super(Now.now() - late);
  }
  static now() {
    return Now.now() - late;
  }
};
