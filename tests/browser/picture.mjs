// Draws the picture of the report in README.md: `npm run picture`. Look at it before you commit it.

import { join } from 'node:path';
import { launch, open, report, root, urlOf } from './browser.mjs';

const path = report('picture', ['java-backend.log', 'chinese.log', 'web-console.log']);
const browser = await launch();
for (const colorScheme of ['light', 'dark']) {
  const viewport = { width: 1200, height: 1040 };
  const { page, close } = await open(browser, urlOf(path), { colorScheme, viewport });
  await page.screenshot({ path: join(root, `docs/pictures/report-${colorScheme}.png`) });
  await close();
}
await browser.close();
