// A table and a plot of what was measured.
const show = (value, digits = 0) => (value === undefined || Number.isNaN(value) ? '' : value.toFixed(digits));
const middle = (list) => [...list].sort((one, other) => one - other)[Math.floor(list.length / 2)];

export function table(results) {
  const lines = ['| | server | req/s | p50 ms | p99 ms | CPU ms, server | CPU ms, database | MB | statements | bytes | ÷ limit | each round |', '|---|---|---|---|---|---|---|---|---|---|---|---|'];
  for (const { operation, servers } of results) {
    for (const one of servers) {
      lines.push(`| ${operation} | ${one.name} | ${show(one.rate)} | ${show(one.p50, 1)} | ${show(one.p99, 1)} | ${show(one.cpu, 2)} | ${show(one.cpuDatabase, 2)} | ${show(one.memory)} | ${show(one.statements)} | ${one.bytes} | ${
        one.ratios.length ? show(middle(one.ratios), 2) : ''} | ${one.ratios.map((ratio) => ratio.toFixed(2)).join(' ')} |`);
    }
  }
  return lines.join('\n');
}

/** The gateway beside each peer, in the same rounds. */
export function versus(results) {
  const peers = [...new Set(results.flatMap(({ servers }) => servers.flatMap(({ over }) => Object.keys(over))))];
  if (!peers.length) return '';
  const lines = [`| gateway ÷ | ${results.map(({ operation }) => operation).join(' | ')} |`, `|---|${results.map(() => '---').join('|')}|`];
  for (const peer of peers) lines.push(`| ${peer} | ${results.map(({ servers }) => show(middle(servers.find(({ name }) => name === 'gateway').over[peer] ?? [NaN]), 1)).join(' | ')} |`);
  return lines.join('\n');
}

const COLORS = { gateway: '#2f6fde', postgraphile: '#8a93a3', mercurius: '#c2c8d2' };

/** Bars of each operation's ratio to the limit, which is the line at 1. */
export function plot(results, title) {
  const names = [...new Set(results.flatMap(({ servers }) => servers.map(({ name }) => name)))].filter((name) => name !== 'limit');
  const [width, height, left, top, bottom] = [720, 320, 48, 48, 60];
  const most = Math.max(1.2, ...results.flatMap(({ servers }) => servers.flatMap(({ ratios }) => (ratios.length ? [middle(ratios)] : []))));
  const y = (ratio) => top + (height - top - bottom) * (1 - ratio / most);
  const group = (width - left - 16) / results.length;
  const bar = Math.min(36, (group - 24) / names.length);
  const parts = [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="#27303f">`,
    `<rect width="${width}" height="${height}" fill="#fff"/><text x="${left}" y="22" font-size="14" font-weight="600">${title}</text>`];
  for (const ratio of [0, 0.25, 0.5, 0.75, 1]) {
    parts.push(`<line x1="${left}" x2="${width - 16}" y1="${y(ratio)}" y2="${y(ratio)}" stroke="${ratio === 1 ? '#d0453e' : '#e6e9ef'}"/><text x="${left - 8}" y="${y(ratio) + 4}" text-anchor="end">${ratio}</text>`);
  }
  results.forEach(({ operation, servers }, index) => {
    const x0 = left + index * group + (group - bar * names.length) / 2;
    names.forEach((name, place) => {
      const ratios = servers.find((one) => one.name === name)?.ratios ?? [];
      if (!ratios.length) return;
      const ratio = middle(ratios);
      parts.push(`<rect x="${x0 + place * bar}" y="${y(ratio)}" width="${bar - 3}" height="${y(0) - y(ratio)}" fill="${COLORS[name] ?? '#999'}"/><text x="${x0 + place * bar + (bar - 3) / 2}" y="${y(ratio) - 4}" text-anchor="middle" font-size="10">${ratio.toFixed(2)}</text>`);
    });
    parts.push(`<text x="${left + index * group + group / 2}" y="${height - bottom + 18}" text-anchor="middle">${operation}</text>`);
  });
  names.forEach((name, index) => parts.push(`<rect x="${left + index * 130}" y="${height - 26}" width="12" height="12" fill="${COLORS[name] ?? '#999'}"/><text x="${left + index * 130 + 18}" y="${height - 16}">${name}</text>`));
  parts.push(`<text x="${width - 16}" y="${y(1) - 5}" text-anchor="end" fill="#d0453e">the limit</text></svg>`);
  return parts.join('\n');
}
