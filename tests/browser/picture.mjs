// Draws the pictures of the report in README.md and README.zh-CN.md: `npm run picture`. Look at it before you commit it.

import { join } from 'node:path';
import { launch, open, report, root, urlOf } from './browser.mjs';

const path = report('picture', ['windows-pc.log']);
const browser = await launch();
for (const colorScheme of ['light', 'dark']) {
  const viewport = { width: 1200, height: 1060 };
  const { page, close } = await open(browser, urlOf(path), { colorScheme, viewport });
  await page.screenshot({ path: join(root, `docs/pictures/report-${colorScheme}.png`) });
  if (colorScheme === 'light') {
    await page.click('#language');
    await page.screenshot({ path: join(root, 'docs/pictures/report-zh-light.png') });
  }
  await close();
}
await browser.close();
