import { periodEnd, periodOf } from '../../src/features/availability/facts/quota';
import { QuotaType } from '../../src/features/reasons/reason-enums';

describe('periodOf and periodEnd', () => {
  it.each([
    [QuotaType.DAY, '2028-02-28', '2028-02-28', '2028-02-29'],
    [QuotaType.DAY, '2030-12-31', '2030-12-31', '2031-01-01'],
    [QuotaType.WEEK, '2030-09-02', '2030-09-02', '2030-09-09'],
    [QuotaType.WEEK, '2030-09-03', '2030-09-02', '2030-09-09'],
    [QuotaType.WEEK, '2030-09-08', '2030-09-02', '2030-09-09'],
    [QuotaType.WEEK, '2031-01-01', '2030-12-30', '2031-01-06'],
    [QuotaType.MONTH, '2030-02-01', '2030-02-01', '2030-03-01'],
    [QuotaType.MONTH, '2030-01-31', '2030-01-01', '2030-02-01'],
    [QuotaType.MONTH, '2030-04-30', '2030-04-01', '2030-05-01'],
    [QuotaType.MONTH, '2030-12-31', '2030-12-01', '2031-01-01'],
    [QuotaType.YEAR, '2028-12-31', '2028-01-01', '2029-01-01'],
    [QuotaType.YEAR, '2030-01-01', '2030-01-01', '2031-01-01'],
    [QuotaType.LIFETIME, '2030-06-15', '0001-01-01', '9999-12-31'],
  ])('%s: %s lies in the period from %s to before %s', (type, date, from, to) => {
    expect(periodOf(type, date)).toBe(from);
    expect(periodEnd(type, from)).toBe(to);
  });
});
