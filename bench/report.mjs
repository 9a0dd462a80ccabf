// Tables and a plot of what was measured.
import { median } from './load.mjs';

const show = (value, digits = 0) =>
  value === undefined || Number.isNaN(value) ? '' : value.toFixed(digits);
const each = (ratios) => ratios.map((ratio) => ratio.toFixed(2)).join(' ');
/** @param rows of cells; the first names the columns */
export const table = ([head, ...rows]) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** The results of each server for each operation. */
export function measured(results) {
  const rows = [
    [
      '',
      'server',
      'req/s',
      'p50 ms',
      'p99 ms',
      'CPU ms, server',
      'CPU ms, database',
      'MB',
      'statements',
      'bytes',
      '÷ limit',
      'in each round',
    ],
  ];
  for (const { operation, servers } of results) {
    for (const one of servers) {
      const { limit } = one.over;
      rows.push([
        operation,
        one.name,
        show(one.rate),
        show(one.p50, 1),
        show(one.p99, 1),
        show(one.cpu, 2),
        show(one.database, 2),
        show(one.memory),
        show(one.statements, 2),
        one.bytes,
        limit ? show(median(limit), 2) : '',
        limit ? each(limit) : '',
      ]);
    }
  }
  return table(rows);
}

/** Ratio of the throughputs of the gateway and of a peer: the median of the rounds, and each. */
export function versus(results) {
  const of = (result, peer) => result.servers.find(({ name }) => name === 'gateway').over[peer];
  const peers = Object.keys(results[0].servers.find(({ name }) => name === 'gateway').over).filter(
    (name) => name !== 'limit',
  );
  if (!peers.length) return '';
  return table([
    ['gateway ÷', ...results.map(({ operation }) => operation)],
    ...peers.map((peer) => [
      peer,
      ...results.map(
        (result) => `**${median(of(result, peer)).toFixed(2)}** (${each(of(result, peer))})`,
      ),
    ]),
  ]);
}

const COLORS = { gateway: '#2f6fde', postgraphile: '#8a93a3', mercurius: '#c2c8d2' };
const [WIDTH, LEFT, TOP, BOTTOM, HEIGHT] = [860, 48, 52, 64, 340];

/** Bars of each operation's median ratio to the limit, which is the line at 1; the thin line is from the lowest round to the highest. */
export function plot(sections, title) {
  const groups = sections.flatMap(({ database, results }) =>
    results.map((result) => ({
      label: result.operation,
      database,
      servers: result.servers.filter(({ over }) => over.limit),
    })),
  );
  const names = [...new Set(groups.flatMap(({ servers }) => servers.map(({ name }) => name)))];
  const most = Math.max(
    1.05,
    ...groups.flatMap(({ servers }) => servers.flatMap(({ over }) => over.limit)),
  );
  const y = (ratio) => Math.round((TOP + (HEIGHT - TOP - BOTTOM) * (1 - ratio / most)) * 10) / 10;
  const unit =
    (WIDTH - LEFT - 16) / groups.reduce((sum, { servers }) => sum + servers.length + 1, 0);
  const text = (x, at, words, more = '') =>
    `<text x="${Math.round(x)}" y="${at}"${more}>${words}</text>`;
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#27303f">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(LEFT, 24, title, ' font-size="14" font-weight="600"'),
  ];
  for (let ratio = 0; ratio <= most; ratio += 0.25) {
    parts.push(
      `<line x1="${LEFT}" x2="${WIDTH - 16}" y1="${y(ratio)}" y2="${y(ratio)}" stroke="${ratio === 1 ? '#d0453e' : '#e6e9ef'}"/>`,
      text(LEFT - 8, y(ratio) + 4, ratio, ' text-anchor="end"'),
    );
  }
  let x = LEFT;
  for (const { label, database, servers } of groups) {
    x += unit / 2;
    parts.push(
      text(
        x + (unit * servers.length) / 2,
        HEIGHT - BOTTOM + 18,
        `${label}${servers.length > 1 ? `, ${database}` : ''}`,
        ' text-anchor="middle"',
      ),
    );
    if (servers.length === 1)
      parts.push(
        text(x + unit / 2, HEIGHT - BOTTOM + 33, database, ' text-anchor="middle" font-size="10"'),
      );
    for (const { name, over } of servers) {
      const [ratio, middle] = [median(over.limit), x + unit / 2];
      parts.push(
        `<rect x="${(x + 2).toFixed(1)}" y="${y(ratio)}" width="${(unit - 4).toFixed(1)}" height="${(y(0) - y(ratio)).toFixed(1)}" fill="${COLORS[name]}"/>`,
        `<line x1="${middle.toFixed(1)}" x2="${middle.toFixed(1)}" y1="${y(Math.min(...over.limit))}" y2="${y(Math.max(...over.limit))}" stroke="#27303f"/>`,
        text(
          middle,
          y(Math.max(...over.limit)) - 4,
          ratio.toFixed(2),
          ' text-anchor="middle" font-size="10"',
        ),
      );
      x += unit;
    }
    x += unit / 2;
  }
  names.forEach((name, index) =>
    parts.push(
      `<rect x="${LEFT + index * 130}" y="${HEIGHT - 22}" width="12" height="12" fill="${COLORS[name]}"/>`,
      text(LEFT + index * 130 + 18, HEIGHT - 12, name),
    ),
  );
  parts.push(
    text(WIDTH - 16, y(1) - 5, 'the limit', ' text-anchor="end" fill="#d0453e"'),
    '</svg>\n',
  );
  return parts.join('\n');
}
