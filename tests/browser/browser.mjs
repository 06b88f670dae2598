// A browser, pages made by the program, and a server with the headers of Jenkins.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const program = resolve(process.env.IMERR_ANNOTATE ?? join(root, 'target/release/imerr-annotate'));

// The policy that Jenkins has for files of a job.
export const JENKINS = "sandbox; default-src 'none'; img-src 'self'; style-src 'self';";

export function launch() {
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', ...quiet],
  });
}

// A folder for one test file, removed at the end of the process.
const folder = mkdtempSync(join(tmpdir(), 'imerr-report-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

// The path of the report about logs, each with a name and a text. Without texts, the names are
// those of files in the repository.
export function report(name, logs, command = 'stats') {
  const path = join(folder, `${name}.html`);
  const names = logs.map(log => {
    if (typeof log === 'string') return join('fixtures/logs', log);
    const file = join(folder, log.name);
    writeFileSync(file, log.text);
    return file;
  });
  const args = [command, '--no-config', '--unknown', `--report=html=${path}`, '--'];
  execFileSync(program, [...args, ...names], { cwd: root });
  return path;
}

export const urlOf = path => pathToFileURL(path).href;

// Serves files of a folder with a content policy; `close` ends it.
export async function serve(path, policy) {
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    if (policy) response.setHeader('Content-Security-Policy', policy);
    response.end(readFileSync(path));
  });
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

// Opens a page, and collects its errors and requests.
export async function open(browser, url, { ready = true, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const seen = { errors: [], requests: [] };
  page.on('console', message => message.type() === 'error' && seen.errors.push(message.text()));
  page.on('pageerror', error => seen.errors.push(String(error)));
  page.on('request', request => seen.requests.push(request.url()));
  page.on('dialog', dialog => { seen.errors.push(dialog.message()); dialog.dismiss(); });
  await page.goto(url);
  if (ready) await page.waitForFunction(() => document.documentElement.dataset.ready === '1');
  return { page, seen, close: () => context.close() };
}
