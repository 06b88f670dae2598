// The report in a browser: as a file, from a server, with and without its script and style.

import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { JENKINS, launch, open, report, serve, urlOf } from './browser.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const LOGS = ['demo.log', 'android-logcat.log', 'chinese.log', 'electron.log', 'java-backend.log'];

let browser;
let path;
before(async () => {
  browser = await launch();
  path = report('logs', LOGS);
});
after(() => browser?.close());

const visible = page => page.locator('.codes tbody tr:visible').count();

test('it opens from a file without an error and without another request', async () => {
  const { page, seen, close } = await open(browser, urlOf(path));
  assert.ok(await visible(page) > 10);
  await page.waitForTimeout(200);
  assert.deepEqual(seen.errors, []);
  assert.deepEqual(seen.requests, [urlOf(path)]);
  await close();
});

test('its policy stops a script that is put in', async () => {
  const { page, close } = await open(browser, urlOf(path));
  const stopped = await page.evaluate(() => new Promise(done => {
    document.addEventListener('securitypolicyviolation', event => done(event.effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'window.stolen = 1';
    document.body.append(script);
    setTimeout(() => done(`nothing, ${window.stolen}`), 2000);
  }));
  assert.equal(stopped, 'script-src-elem');
  await close();
});

test('codes are filtered by words, severity and both', async () => {
  const { page, close } = await open(browser, urlOf(path));
  const all = await visible(page);
  await page.fill('#query', 'usersig 6206');
  const found = await visible(page);
  assert.ok(found >= 1 && found < all, `${found} of ${all}`);
  assert.equal(await page.textContent('#shown'), `${found} of ${all} codes`);
  // The texts of the other language and the lines of the log are searched too.
  for (const text of ['UserSig 已过期', '对方已将你加入黑名单']) {
    await page.fill('#query', text);
    const found = await visible(page);
    assert.ok(found >= 1 && found < all, `${text}: ${found}`);
  }
  await page.fill('#query', '');
  await page.selectOption('#severity', 'warning');
  const rows = await page.locator('.codes tbody tr:visible .severity').allTextContents();
  assert.ok(rows.length > 0 && rows.every(text => text === 'warning'), rows.join());
  const excerpts = await page.locator('#quotes details:visible .severity').allTextContents();
  assert.deepEqual([...new Set(excerpts)], ['warning']);
  await page.fill('#query', 'no such word');
  assert.equal(await visible(page), 0);
  await close();
});

test('a column sorts up and down, also with the keyboard', async () => {
  const { page, close } = await open(browser, urlOf(path));
  const counts = async () => (await page.locator('.codes td.number').allTextContents()).map(Number);
  const header = page.locator('.codes th', { hasText: 'Count' });
  await header.locator('button').click();
  const down = await counts();
  assert.deepEqual(down, [...down].sort((one, other) => other - one));
  assert.equal(await header.getAttribute('aria-sort'), 'ascending');
  await header.locator('button').press('Enter');
  const up = await counts();
  assert.deepEqual(up, [...up].sort((one, other) => one - other));
  assert.equal(await header.getAttribute('aria-sort'), 'descending');
  await close();
});

test('the language changes to the other one and back', async () => {
  const { page, seen, close } = await open(browser, urlOf(path));
  const english = await page.innerText('body');
  await page.click('#language');
  assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN');
  const chinese = await page.innerText('body');
  assert.ok(chinese.includes('UserSig 已过期') && chinese.includes('筛选'), chinese.slice(0, 500));
  const heading = await page.locator('h2').allInnerTexts();
  assert.ok(heading.every(text => /\p{Script=Han}/u.test(text)), heading.join());
  await page.click('#language');
  assert.equal(await page.innerText('body'), english);
  assert.deepEqual(seen.errors, []);
  await close();
});

test('the timeline zooms by buttons and by dragging', async () => {
  const { page, close } = await open(browser, urlOf(path));
  const all = await visible(page);
  const before = await page.getAttribute('#errors', 'd');
  const [from, to] = [await page.textContent('#from'), await page.textContent('#to')];
  await page.getByRole('button', { name: 'Zoom in' }).click();
  assert.notEqual(await page.textContent('#from'), from);
  await page.getByRole('button', { name: 'Later' }).click();
  assert.notEqual(await page.getAttribute('#errors', 'd'), before);
  await page.getByRole('button', { name: 'Whole time' }).click();
  assert.deepEqual([await page.textContent('#from'), await page.textContent('#to')], [from, to]);
  assert.equal(await visible(page), all);
  const box = await page.locator('#chart').boundingBox();
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.3, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, y, { steps: 4 });
  assert.equal(await page.locator('.brush').count(), 1);
  await page.mouse.up();
  assert.equal(await page.locator('.brush').count(), 0);
  assert.ok(await page.textContent('#from') > from);
  assert.ok(await page.textContent('#to') < to);
  assert.ok(await visible(page) < all);
  await close();
});

test('excerpts open from their code, all at once and on paper', async () => {
  const { page, close } = await open(browser, urlOf(path));
  const count = await page.locator('#quotes details').count();
  const opened = page.locator('#quotes details[open]');
  assert.equal(await opened.count(), 1);
  await page.locator('.codes tbody tr').nth(2).locator('a').first().click();
  assert.equal(await opened.count(), 2);
  await page.evaluate(() => {
    addEventListener('afterprint', () => { window.printed = true; });
    matchMedia('print').addEventListener('change', ({ matches }) => {
      if (matches) window.openOnPaper = document.querySelectorAll('#quotes details[open]').length;
    });
  });
  const pdf = await page.pdf();
  assert.ok(pdf.subarray(0, 5).toString() === '%PDF-' && pdf.length > 20_000, `${pdf.length}`);
  assert.equal(await page.evaluate(() => window.printed), true);
  assert.equal(await page.evaluate(() => window.openOnPaper), count);
  assert.equal(await opened.count(), 2);
  await page.getByRole('button', { name: 'Open all' }).click();
  assert.equal(await opened.count(), count);
  await page.getByRole('button', { name: 'Close all' }).click();
  assert.equal(await opened.count(), 0);
  await close();
});

test('what is shown is copied as Markdown', async () => {
  const server = await serve(path);
  const permissions = ['clipboard-read', 'clipboard-write'];
  const { page, close } = await open(browser, server.url, { permissions });
  await page.fill('#query', '6206');
  const rows = await visible(page);
  await page.getByRole('button', { name: 'Copy as Markdown' }).click();
  await page.locator('#copied', { hasText: 'Copied' }).waitFor();
  const text = await page.evaluate(() => navigator.clipboard.readText());
  const table = text.split('\n').filter(line => line.startsWith('|'));
  assert.equal(table.length, rows + 2, text);
  assert.ok(table.every(line => line.split(/(?<!\\)\|/).length === 8), text);
  assert.ok(text.startsWith('### ') && text.includes('ERR\\_USER\\_SIG\\_EXPIRED'), text);
  await close();
  server.close();
});

// What every reader must get.
async function assertComplete(page) {
  const text = await page.innerText('body');
  for (const part of ['Verdict', 'Fix first', 'The UserSig has expired.', 'Get a new UserSig']) {
    assert.ok(text.includes(part), part);
  }
  const lines = await page.locator('#quotes pre:visible').allTextContents();
  assert.ok(lines.join('').includes('错误码：20007'), 'a line of the log');
  assert.ok(await visible(page) > 10);
  assert.ok((await page.getAttribute('#errors', 'd')).length > 50);
  const box = await page.locator('#chart').boundingBox();
  assert.ok(box.width > 300 && box.height > 50, JSON.stringify(box));
  const open = await page.locator('#quotes details[open]').count();
  assert.equal(open, await page.locator('#quotes details').count());
  assert.equal(await page.locator('button:visible, input:visible').count(), 0);
}

test('it is complete without a script', async () => {
  const { page, seen, close } =
    await open(browser, urlOf(path), { ready: false, javaScriptEnabled: false });
  await assertComplete(page);
  assert.deepEqual(seen.requests, [urlOf(path)]);
  await close();
});

test('it is complete under the policy of Jenkins', async () => {
  const server = await serve(path, JENKINS);
  const { page, seen, close } = await open(browser, server.url, { ready: false });
  await assertComplete(page);
  assert.deepEqual(seen.requests.filter(url => !url.endsWith('/favicon.ico')), [server.url]);
  await close();
  server.close();
});

test('it has no violation of accessibility in any scheme or width', async () => {
  const small = report('demo', ['demo.log', 'chinese.log']);
  for (const colorScheme of ['light', 'dark']) {
    for (const width of [360, 1280]) {
      const { page, close } =
        await open(browser, urlOf(small), { colorScheme, viewport: { width, height: 900 } });
      await page.getByRole('button', { name: 'Open all' }).click();
      await page.evaluate(axeSource);
      const { violations } = await page.evaluate(() => globalThis.axe.run());
      const found = violations.map(({ id, nodes: [one] }) => `${id}: ${one.html} ${one.failureSummary}`);
      assert.deepEqual(found, [], `${colorScheme} ${width}`);
      await close();
    }
  }
});

test('nothing is wider than the window', async () => {
  const { page, close } = await open(browser, urlOf(path));
  await page.getByRole('button', { name: 'Open all' }).click();
  for (const width of [320, 360, 768, 961, 1280, 2560]) {
    await page.setViewportSize({ width, height: 900 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${wide} of ${width}`);
  }
  await close();
});

test('a log and its name are only text', async () => {
  const attack = `</script><img src=x onerror="window.stolen=1"><svg onload=alert(1)>\u202e\x1b[2J`;
  const text = `imsdk ${attack} code:6206 ${attack}\n<b>${attack}\nimsdk code:424242 ]]>--><!--\n`;
  const name = "x'\"><img src=x onerror=alert(1)>&lt;.log".replaceAll('/', '');
  const hostile = report('hostile', [{ name, text }]);
  const { page, seen, close } = await open(browser, urlOf(hostile));
  await page.getByRole('button', { name: 'Open all' }).click();
  await page.click('#language');
  assert.equal(await page.locator('img, svg[onload], pre b b').count(), 0);
  assert.equal(await page.evaluate(() => window.stolen), undefined);
  const quoted = await page.locator('#quotes pre').first().innerText();
  assert.ok(quoted.includes('</script><img src=x onerror="window.stolen=1">'), quoted);
  assert.ok(quoted.includes('\\u{202e}\\x1b[2J'), quoted);
  assert.ok((await page.innerText('.names')).endsWith(name));
  assert.deepEqual(seen.errors, []);
  assert.deepEqual(seen.requests, [urlOf(hostile)]);
  await close();
});

test('a log without codes has a page too', async () => {
  const { page, seen, close } = await open(browser, urlOf(report('none', [{ name: 'a.log', text: 'x\n' }])));
  assert.ok((await page.innerText('main')).includes('No error codes found'));
  assert.deepEqual(seen.errors, []);
  await close();
});

test('a diagnosis comes first, in both languages and without a violation', async () => {
  const time = second => `05-09 12:51:${second}.000  7325  7325 E ChatApp :`;
  const text = [
    `${time(37)} onUserSigExpired`,
    `${time(38)} imsdk login failed, code: 6206, desc: userSig expired </script><img src=x>`,
    `${time(40)} imsdk sendMessage failed, code: 6014, desc: not logged in`,
    `${time(44)} imsdk sendMessage failed, code: 20007, desc: blocked`,
  ].join('\n');
  const path = report('diagnosis', [{ name: 'app.log', text }], 'diagnose');
  const { page, seen, close } = await open(browser, urlOf(path));
  assert.match(await page.innerText('.cause b'), /^The UserSig expired \(/);
  assert.equal(await page.locator('.incidents > li').count(), 2);
  assert.ok((await page.innerText('.incidents pre')).includes('</script><img src=x>'));
  await page.click('#language');
  assert.match(await page.innerText('.cause b'), /^UserSig/);
  assert.match(await page.innerText('h2#incidents'), /\p{Script=Han}/u);
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(violations.map(one => one.id), []);
  assert.equal(await page.locator('img').count(), 0);
  assert.deepEqual(seen.errors, []);
  await close();
});

// A page that has no more elements than a page of few findings is ready as soon: the time itself
// depends on the machine.
test('a hundred thousand findings are a page of few elements', async () => {
  const codes = [6206, 6208, 70001, 10010, 20007, 9506, -10003, 6014, 30001, 70107, 90001, 120001];
  const log = lines => {
    let text = '';
    for (let line = 0; line < lines; line += 1) {
      const time = new Date(Date.UTC(2026, 10, 24) + line * 777).toISOString();
      text += `${time} E imsdk request ${line} of user_${line % 977} failed, code: ${codes[(line * 7 + (line >> 3)) % 12]}\n`;
    }
    return text;
  };
  const measure = async (name, lines) => {
    const path = report(name, [{ name: 'large.log', text: log(lines) }]);
    const { page, seen, close } = await open(browser, urlOf(path));
    await page.fill('#query', '70001');
    assert.equal(await visible(page), 1);
    assert.deepEqual(seen.errors, []);
    const elements = await page.locator('*').count();
    await close();
    return { bytes: statSync(path).size, elements };
  };
  const small = await measure('small', 1_000);
  const large = await measure('large', 100_000);
  console.log(`1,000 findings: ${JSON.stringify(small)}, 100,000 findings: ${JSON.stringify(large)}`);
  assert.ok(large.elements < 2 * small.elements, `${large.elements} elements, ${small.elements}`);
  assert.ok(large.bytes < 2 * small.bytes, `${large.bytes} bytes, ${small.bytes}`);
});
