import { readFileSync } from 'node:fs';
import { MESSAGE_TYPES } from '../../../src/features/messages/message-types';
import {
  fillTags,
  TAGS,
  unknownTags,
  type TagValues,
} from '../../../src/features/messages/content/tags';
import { DEFAULT_TEMPLATES } from '../../../src/features/messages/content/templates/defaults';

const values = (given: Partial<TagValues>): TagValues => ({
  ...(Object.fromEntries(TAGS.map((tag) => [tag, ''])) as unknown as TagValues),
  ...given,
});

describe('built-in templates', () => {
  it('cover every message type in four languages with known tags only', () => {
    const names = DEFAULT_TEMPLATES.map(({ kind, channel, audience, language }) =>
      [kind, channel, audience, language].join(' '),
    );
    expect(new Set(names).size).toBe(MESSAGE_TYPES.length * 4);
    for (const { subject, text, html, channel } of DEFAULT_TEMPLATES) {
      expect([unknownTags(text), unknownTags(html ?? ''), unknownTags(subject ?? '')]).toEqual([
        [],
        [],
        [],
      ]);
      expect(text.replaceAll(/%[A-Z][A-Z0-9_]*%/g, '')).not.toMatch(/%|undefined|null/);
      expect([subject === null, html === null]).toEqual([channel === 'SMS', channel === 'SMS']);
    }
  });

  it('have a distinct subject in each language', () => {
    for (const type of MESSAGE_TYPES.filter(({ channel }) => channel === 'EMAIL')) {
      const subjects = DEFAULT_TEMPLATES.filter(
        ({ kind, channel, audience }) =>
          kind === type.kind && channel === type.channel && audience === type.audience,
      ).map(({ subject }) => subject);
      expect(new Set(subjects).size).toBe(4);
    }
  });
});

describe('tags', () => {
  it('are exactly those of the documentation', () => {
    const table =
      /\| tag +\|[\s\S]*?\n\n/.exec(readFileSync('docs/messages.md', 'utf8'))?.[0] ?? '';
    expect([...table.matchAll(/%([A-Z0-9_]+)%/g)].map(([, tag]) => tag).sort()).toEqual(
      [...TAGS].sort(),
    );
  });

  it('omit a line whose tags are all empty, and keep one with a value', () => {
    const template = 'Hello %CLIENT_NAME%\nPrice: %PRICE%\nPlain\n%STAFF% or %BUSINESS%';
    expect(fillTags(template, values({ CLIENT_NAME: 'Jon', BUSINESS: 'Clinic' }), 'text')).toBe(
      'Hello Jon\nPlain\n or Clinic',
    );
  });

  it('are replaced once: a value is never interpreted as a tag', () => {
    expect(
      fillTags(
        '%CLIENT_NAME%',
        values({ CLIENT_NAME: '%MANAGE_URL% %PRICE%', MANAGE_URL: 'secret' }),
        'text',
      ),
    ).toBe('%MANAGE_URL% %PRICE%');
  });

  it('are escaped in HTML', () => {
    const html = fillTags(
      '<a href="%MANAGE_URL%">%CLIENT_NAME%</a>',
      values({
        MANAGE_URL: 'https://x/?a=1&b="2"',
        CLIENT_NAME: "<img src=x onerror=alert(1)>\n'&",
      }),
      'html',
    );
    expect(html).toBe(
      '<a href="https://x/?a=1&#38;b=&#34;2&#34;">&#60;img src=x onerror=alert(1)&#62;<br>&#39;&#38;</a>',
    );
  });

  it('are reported once each if unknown', () => {
    expect(unknownTags('%CLIENT_NAME% %UNKNOWN% 100% %UNKNOWN% %no% %OTHER_2%')).toEqual([
      'UNKNOWN',
      'OTHER_2',
    ]);
  });
});
