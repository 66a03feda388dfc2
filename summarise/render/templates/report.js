'use strict';
// Toggles, keys, the filter, downloads, and an item lit with its words. Everything can be read without this.
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const byId = id => document.getElementById(id);
const texts = byId('texts');
const articles = all('.a');
let last = null;

// --- an item and its words

function light(keys) {
  all('.on').forEach(one => one.classList.remove('on'));
  for (const key of keys) {
    all(`mark[data-i~="${CSS.escape(key)}"]`, texts).forEach(one => one.classList.add('on'));
    const card = byId(`${key}-card`);
    if (card) card.classList.add('on');
  }
}

function keysOf(element) {
  const card = element.closest('.card');
  if (card) return [card.id.replace(/-card$/, '')];
  const mark = element.closest('mark[data-i]');
  return mark ? mark.dataset.i.split(' ') : [];
}

function point(event) {
  const keys = keysOf(event.target);
  if (keys.length) light(keys);
}

function reveal(element) {
  for (let at = element; at; at = at.parentElement) if (at.matches('details')) at.open = true;
}

function follow() {
  const target = byId(location.hash.slice(1));
  if (!target) return;
  reveal(target);
  target.scrollIntoView();
  const keys = keysOf(target);
  if (keys.length) light(keys);
  if (target.matches('mark, mark a')) last = target.closest('mark');
}

// --- keys

function step(by) {
  const off = all('#bar input[value]:not(:checked)').map(box => box.value);
  const marks = all('mark[id]', texts).filter(mark => !off.includes(mark.className[0]));
  if (!marks.length) return;
  const later = last ? marks.findIndex(mark => last.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING) : 0;
  const after = later < 0 ? marks.length : later;
  const next = by > 0 ? after : after - (marks.includes(last) ? 2 : 1);
  last = marks[(next + marks.length) % marks.length];
  reveal(last);
  last.querySelector('a').focus({ preventScroll: true });
  last.scrollIntoView({ block: 'center' });
  light(keysOf(last));
}

addEventListener('keydown', event => {
  const typing = event.target.closest('input:not([type=checkbox]), textarea, select');
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !byId('keys').checked) return;
  if (event.key !== 'n' && event.key !== 'p') return;
  event.preventDefault();
  step(event.key === 'n' ? 1 : -1);
});

// --- the filter of claims

const folded = text => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

function filter() {
  const wanted = folded(byId('filter').value.trim());
  const rows = all('#claims tbody tr');
  for (const row of rows) row.hidden = !folded(row.textContent).includes(wanted);
  const rest = document.querySelector('#claims > details');
  if (rest && wanted) rest.open = true;
  byId('said').textContent = wanted ? `${rows.filter(row => !row.hidden).length} of ${rows.length} shown` : '';
}

// --- downloads: what stands in the texts above is taken from there

function passages(article) {
  return all('.w', article).map(shown => {
    const copy = shown.cloneNode(true);
    all('summary, mark a', copy).forEach(one => one.remove());
    return [Number(shown.dataset.at), Array.from(copy.textContent)];
  });
}

function whole(line, at) {
  if (!articles[at]) return line;
  const known = passages(articles[at]);
  const quote = (match, head, start, end) => {
    const [from, signs] = known.findLast(one => one[0] <= Number(start));
    return head + JSON.stringify(signs.slice(start - from, end - from).join(''));
  };
  return line.replace(/("text":)@/, (match, head) => head + JSON.stringify(known[0][1].join('')))
    .replace(/("start":(\d+),"end":(\d+),"quote":)@/g, quote);
}

const lines = () => byId('lines').textContent.split('\n').filter(Boolean).map(whole);

const ABOUT = { article_id: 'id', title: 'title', source: 'source', published: 'published', url: 'url' };
const OWN = ['quote', 'value', 'low', 'high', 'bound', 'unit', 'currency', 'per', 'change', 'measure', 'as_of', 'speaker', 'start', 'end'];
const PROOF = ['evidence_quote', 'evidence_start', 'evidence_end', 'evidence_count'];

function rows(line) {
  // Numbers as they are written: JavaScript's own have fewer digits.
  const item = JSON.parse(line.replace(/("(?:value|low|high)":)(-?\d[\d.eE+-]*)/g, '$1{"is":"$2"}'));
  return (item.figures || []).map(figure => [
    ...Object.values(ABOUT).map(name => item.article[name]),
    figure.id,
    ...OWN.map(name => figure[name]),
    ...(figure.evidence.length ? [figure.evidence[0].quote, figure.evidence[0].start, figure.evidence[0].end] : [null, null, null]),
    figure.evidence.length,
  ]);
}

// What a spreadsheet could take for a formula gets an apostrophe, as in the CSV that the command writes.
const FORMULA = /^'*(?:[\t\r\n]|[\s\x00-\x20\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212])/;

function cell(value) {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return value.is;
  if (typeof value !== 'string') return String(value);
  return `"${(FORMULA.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;
}

function csv() {
  const head = [...Object.keys(ABOUT), 'figure_id', ...OWN, ...PROOF];
  return [head, ...lines().flatMap(rows)].map(row => row.map(cell).join(',')).join('\n') + '\n';
}

function save(name, type, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

// --- all of it together

for (const id of ['bar', 'save', 'find']) if (byId(id)) byId(id).hidden = false;
byId('bar').addEventListener('change', event => { if (event.target.id !== 'keys') texts.classList.toggle(`no-${event.target.value}`, !event.target.checked); });
for (const [id, open] of [['all', true], ['none', false]]) if (byId(id)) byId(id).addEventListener('click', () => articles.forEach(one => { one.open = open; }));
texts.addEventListener('pointerover', point);
texts.addEventListener('focusin', point);
if (byId('filter')) byId('filter').addEventListener('input', filter);
byId('jsonl').addEventListener('click', () => save('summaries.jsonl', 'application/x-ndjson', lines().join('\n') + '\n'));
byId('csv').addEventListener('click', () => save('figures.csv', 'text/csv', csv()));
addEventListener('hashchange', follow);
addEventListener('beforeprint', () => all('details:not(.x)').forEach(one => { one.open = true; }));
if (articles.length > 12) articles.forEach(one => { one.open = false; });
follow();
