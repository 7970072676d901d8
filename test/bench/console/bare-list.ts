import type { MeasuredPage } from './measured-page.ts';

const ADDRESS = '/bare-list';

/**
 * Opens a page with nothing but 100,000 rows of text, of which forty are there and moved by hand as it scrolls: the most
 * frames that this browser shows on this machine, whatever is in the rows.
 */
export async function openBareList({ page }: MeasuredPage, url: string): Promise<void> {
  await page.route(`**${ADDRESS}`, (route) => route.fulfill({ contentType: 'text/html', body: BARE }));
  await page.goto(`${url}${ADDRESS}`);
  await page.locator('#rows > div').first().waitFor();
}

const BARE = `<!doctype html><title>Rows</title>
<body style="margin:0;font:14px sans-serif"><div id="rows" style="position:relative;height:4500000px"></div><script>
  const rows = Array.from({ length: 40 }, () => document.createElement('div'));
  for (const row of rows) row.style.cssText = 'position:absolute;height:45px;left:0;right:0';
  document.getElementById('rows').append(...rows);
  const draw = () => {
    const first = Math.max(0, Math.floor(scrollY / 45) - 8);
    for (let at = first; at < first + 40; at += 1) {
      const row = rows[at % 40];
      if (row.at === at) continue;
      row.at = at;
      row.style.top = at * 45 + 'px';
      row.textContent = 'Row ' + at;
    }
  };
  addEventListener('scroll', draw, { passive: true });
  draw();
</script>`;
