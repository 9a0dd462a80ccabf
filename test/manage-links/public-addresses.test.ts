import { loadConfig } from '../../src/config';
import { linksOf, Signer } from '../../src/services/links';

describe('public addresses', () => {
  const signer = new Signer('k'.repeat(32));
  const configured = (env: Record<string, string>) =>
    linksOf(signer, loadConfig(env), () => 'http://localhost:4000');

  it('follow the configuration', () => {
    expect(configured({}).publicUrl('/calendar/x.ics')).toBe(
      'http://localhost:4000/calendar/x.ics',
    );
    expect(configured({}).manageUrl('t')).toBe('http://localhost:4000/manage#t');
    const links = configured({
      PUBLIC_URL: 'https://clinic.example/book/',
      MANAGE_URL: 'myapp://manage?t={token}',
    });
    expect([links.publicUrl('/calendar/x.ics'), links.manageUrl('t')]).toEqual([
      'https://clinic.example/book/calendar/x.ics',
      'myapp://manage?t=t',
    ]);
    expect(configured({ PUBLIC_URL: 'https://clinic.example' }).manageUrl('t')).toBe(
      'https://clinic.example/manage#t',
    );
  });

  it.each([
    ['PUBLIC_URL', 'clinic.example', /http or https address/],
    ['PUBLIC_URL', 'https://clinic.example?x=1', /without a query/],
    ['MANAGE_URL', 'https://clinic.example/manage', /\{token\}/],
    ['MANAGE_URL', 'manage#{token}', /address with \{token\}/],
    ['SIGNING_KEY', 'short', /at least 32 characters/],
  ])('refuse a %s such as %s', (name, value, message) => {
    expect(() => loadConfig({ [name]: value })).toThrow(message);
    if (name === 'SIGNING_KEY') expect(() => loadConfig({ [name]: value })).not.toThrow(value);
  });

  it('are signed for one purpose and these values, by one key', () => {
    const signature = signer.sign('manage-link', 1, 23, null);
    expect(signature).toMatch(/^[\w-]{43}$/);
    expect(signer.vouches(signature, 'manage-link', 1, 23, null)).toBe(true);
    for (const [purpose, ...facts] of [
      ['manage-access', 1, 23, null],
      ['manage-link', 12, 3, null],
      ['manage-link', 1, 23, 0],
      ['manage-link', 1, 23],
    ] as [string, ...number[]][]) {
      expect(signer.vouches(signature, purpose, ...facts)).toBe(false);
    }
    expect(new Signer('j'.repeat(32)).vouches(signature, 'manage-link', 1, 23, null)).toBe(false);
    for (const other of ['', signature.slice(1), `${signature}A`])
      expect(signer.vouches(other, 'manage-link', 1, 23, null)).toBe(false);
  });
});
