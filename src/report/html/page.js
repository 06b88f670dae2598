'use strict';
(() => {
const BARS = 96, STEP = 10, HEIGHT = 120;
const byId = id => document.getElementById(id);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const on = (target, name, action) => target.addEventListener(name, action);
const data = JSON.parse(byId('data').textContent);
let language = 0;
const word = name => data.languages[language].words[name];
const fill = (text, ...values) => text.replace(/\{\}/g, () => values.shift());

// Controls, and what sets their words.
const labelled = [];
function say(element, name, property = 'textContent') {
  const set = () => { element[property] = word(name); };
  labelled.push(set);
  set();
  return element;
}
function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}
const button = (name, onclick) => say(make('button', { type: 'button', onclick }), name);
function tools(id, ...children) {
  const place = byId(id);
  if (!place) return;
  place.className = 'tools';
  place.hidden = false;
  place.append(...children);
}
const labelFor = (name, input) => make('label', {}, say(make('span'), name), ' ', input);

// Texts in both languages.
const texts = all('[data-t]').map(element => [element, element.textContent, data.texts[element.dataset.t]]);
const addresses = all('[data-u]').map(element => [element, element.href, element.dataset.u]);
function setLanguage() {
  const { lang, name } = data.languages[1 - language];
  Object.assign(switcher, { lang, textContent: name });
  labelled.forEach(set => set());
  filter();
}
const switcher = make('button', { type: 'button', id: 'language' });
on(switcher, 'click', () => {
  language = 1 - language;
  document.documentElement.lang = data.languages[language].lang;
  for (const [element, ...both] of texts) element.textContent = both[language];
  for (const [element, ...both] of addresses) element.href = both[language];
  setLanguage();
});

// The filters of codes.
const body = document.querySelector('.codes tbody');
const rows = body ? all('tr', body) : [];
const codes = rows.map((row, index) => {
  const own = all('[data-t]', row).map(element => data.texts[element.dataset.t]);
  const details = byId('x' + index);
  const lines = details ? all('summary, pre b', details).map(one => one.textContent) : [];
  const text = [row.textContent, ...own, ...lines].join(' ').toLowerCase();
  return { row, index, details, text };
});
const query = say(make('input', { type: 'search', id: 'query' }), 'filterHint', 'placeholder');
const severity = make('select', { id: 'severity' }, say(make('option', { value: '' }), 'all'));
for (const name of new Set(rows.map(row => row.dataset.s))) {
  const option = make('option', { value: name });
  const shown = rows.find(row => row.dataset.s === name).querySelector('.severity');
  labelled.push(() => { option.textContent = shown.textContent; });
  severity.append(option);
}
const number = new Set(rows.map(row => row.dataset.c)).size;
const status = make('output', { id: 'shown' });
const times = data.timeline;
let range = times ? [0, times.all] : null;
function isInRange({ a, z }) {
  if (!times || range[1] - range[0] === times.all) return true;
  const from = times.start + range[0] * times.width, to = times.start + range[1] * times.width;
  return a !== undefined && +a < to && +z >= from;
}
function filter() {
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = new Set();
  for (const { row, details, text } of codes) {
    const fits = (!severity.value || row.dataset.s === severity.value) && isInRange(row.dataset)
      && words.every(one => text.includes(one));
    row.hidden = !fits;
    if (details) details.hidden = !fits;
    if (fits) shown.add(row.dataset.c);
  }
  status.textContent = fill(word('shown'), shown.size, number);
}
on(query, 'input', filter);
on(severity, 'change', filter);

// Sorting.
const sorts = [
  code => code.index,
  code => -code.row.dataset.n,
  code => +code.row.dataset.c,
  null,
  code => +code.row.dataset.f,
  code => +code.row.dataset.l,
];
all('.codes thead th').forEach((th, column) => {
  if (!sorts[column]) return;
  const control = make('button', { type: 'button' }, ...th.childNodes);
  on(control, 'click', () => sort(th, column));
  th.replaceChildren(control);
});
function sort(th, column) {
  const isAgain = th.ariaSort === 'ascending';
  all('.codes th').forEach(one => { one.ariaSort = null; });
  th.ariaSort = isAgain ? 'descending' : 'ascending';
  const value = sorts[column], sign = isAgain ? -1 : 1;
  codes.sort((one, other) => sign * (value(one) - value(other)) || one.index - other.index);
  body.append(...codes.map(code => code.row));
}

// The chart of the range that is shown.
const chart = byId('chart');
const time = index => new Date(times.start + index * times.width).toISOString()
  .replace('T', ' ').replace(/(\.000)?Z$/, '');
function draw() {
  const [from, to] = range, step = Math.max(1, Math.ceil((to - from) / BARS));
  const count = Math.ceil((to - from) / step), bars = Array.from({ length: count }, () => [0, 0]);
  for (const [index, errors, others] of times.counts) {
    if (index < from || index >= to) continue;
    const bar = bars[Math.floor((index - from) / step)];
    bar[0] += errors;
    bar[1] += others;
  }
  const largest = Math.max(1, ...bars.map(bar => bar[0] + bar[1]));
  const height = value => value && Math.max(2, Math.round(value / largest * (HEIGHT - 4)));
  const path = (index, bottom, value) =>
    value ? `M${index * STEP + 1} ${bottom}v-${value}h${STEP - 2}v${value}z` : '';
  const paint = (id, bar) => byId(id).setAttribute('d', bars.map(bar).join(''));
  chart.setAttribute('viewBox', `0 0 ${count * STEP} ${HEIGHT}`);
  paint('errors', ([errors], index) => path(index, HEIGHT, height(errors)));
  paint('others', ([errors, others], index) => path(index, HEIGHT - height(errors), height(others)));
  byId('from').textContent = time(from);
  byId('to').textContent = time(to);
  all('.whole').forEach(one => { one.hidden = to - from < times.all; });
}
function show(from, to) {
  const length = Math.min(times.all, Math.max(1, Math.round(to - from)));
  const start = Math.min(times.all - length, Math.max(0, Math.round(from)));
  range = [start, start + length];
  draw();
  filter();
}
function scale(factor) {
  const [from, to] = range, middle = (from + to) / 2, half = (to - from) / 2 * factor;
  show(middle - half, middle + half);
}
function move(part) {
  const [from, to] = range, length = (to - from) * part;
  show(from + length, to + length);
}
function brush() {
  let start = null;
  const selection = document.createElementNS(chart.namespaceURI, 'rect');
  selection.setAttribute('class', 'brush');
  selection.setAttribute('height', HEIGHT);
  const position = ({ clientX }) => {
    const { left, width } = chart.getBoundingClientRect();
    return (clientX - left) / width;
  };
  on(chart, 'pointerdown', event => {
    start = position(event);
    chart.setPointerCapture(event.pointerId);
    selection.setAttribute('width', 0);
    chart.append(selection);
  });
  on(chart, 'pointermove', event => {
    if (start === null) return;
    const end = position(event), width = chart.viewBox.baseVal.width;
    selection.setAttribute('x', Math.min(start, end) * width);
    selection.setAttribute('width', Math.abs(end - start) * width);
  });
  const finish = event => {
    if (start === null) return;
    const [from, to] = [start, position(event)].sort((one, other) => one - other);
    const length = range[1] - range[0];
    start = null;
    selection.remove();
    if (event.type === 'pointerup' && to - from > 0.005) show(range[0] + from * length, range[0] + to * length);
  };
  ['pointerup', 'pointercancel'].forEach(name => on(chart, name, finish));
}

// What is shown, as Markdown.
function markdown() {
  const plain = text => text.replace(/\s+/g, ' ').trim().replace(/[\\`*_{}[\]<>|#~@$&]/g, '\\$&');
  const cells = list => '| ' + list.join(' | ') + ' |';
  const columns = all('.codes thead th').map(th => plain(th.textContent));
  const lines = ['### ' + plain(document.querySelector('.headline').textContent), ''];
  for (const paragraph of all('.cause p')) lines.push(plain(paragraph.textContent), '');
  if (columns.length) lines.push(cells(columns), cells(columns.map(() => '--')));
  for (const { row } of codes) {
    if (!row.hidden) lines.push(cells([...row.cells].map(cell => plain(cell.textContent))));
  }
  return lines.join('\n') + '\n';
}
async function copy() {
  try {
    await navigator.clipboard.writeText(markdown());
    result.textContent = word('copied');
  } catch {
    result.textContent = word('notCopied');
  }
}
const result = make('output', { id: 'copied' });

tools('tools', switcher, button('copy', copy), result);
tools('filters', labelFor('filter', query), labelFor('severity', severity), status);
if (chart) {
  tools('zoom', button('zoomIn', () => scale(0.5)), button('zoomOut', () => scale(2)),
    button('earlier', () => move(-0.5)), button('later', () => move(0.5)),
    button('whole', () => show(0, times.all)), say(make('span', { className: 'note' }), 'brush'));
  brush();
}

// Excerpts are closed at first. Paper shows them all.
const quotes = all('#quotes details');
if (quotes.length) {
  const open = isOpen => quotes.forEach(one => { one.open = isOpen; });
  tools('opening', button('open', () => open(true)), button('close', () => open(false)));
  open(false);
  quotes[0].open = true;
  let before = [];
  on(window, 'beforeprint', () => { before = quotes.filter(one => !one.open); open(true); });
  on(window, 'afterprint', () => before.forEach(one => { one.open = false; }));
}
function openTarget() {
  const target = byId(location.hash.slice(1));
  if (target?.matches('details')) target.open = true;
}
on(window, 'hashchange', openTarget);
openTarget();
setLanguage();
document.documentElement.dataset.ready = '1';
})();
