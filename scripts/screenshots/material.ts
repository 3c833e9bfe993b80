/** What is sent in the pictures, drawn by the browser: a landscape and a report. */
import type { Browser } from '@playwright/test';

/** A dam in the first light, as a PNG. */
export async function renderPicture(browser: Browser, path: string): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  await page.setContent(`<style>body { margin: 0 }</style>${landscape}`);
  await page.screenshot({ path });
  await page.close();
}

/** A short report, as a PDF. */
export async function renderReport(browser: Browser, path: string): Promise<void> {
  const page = await browser.newPage();
  const rows = Array.from(
    { length: 24 },
    (_, index) => `<tr><td>Gauge ${index + 1}</td><td>no change</td></tr>`,
  );
  await page.setContent(`<h1>Inspection report, east dam</h1><table>${rows.join('')}</table>`);
  await page.pdf({ path, format: 'A4' });
  await page.close();
}

/** A ridge across the picture. */
function ridge(base: number, height: number, phase: number): string {
  const points = Array.from({ length: 65 }, (_, step) => {
    const x = step * 20;
    const wave =
      Math.sin(x / 190 + phase) + 0.45 * Math.sin(x / 71 + phase * 2.3) + 0.2 * Math.sin(x / 29 + phase);
    return `${x},${(base - (height * (wave + 1.65)) / 3.3).toFixed(1)}`;
  });
  return `M0,720 L${points.join(' L')} L1280,720 Z`;
}

const landscape = `
<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="720" viewBox="0 0 1280 720">
  <defs>
    <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#34507d" /><stop offset="0.45" stop-color="#d98e73" /><stop offset="0.75" stop-color="#f8d9a0" />
    </linearGradient>
    <linearGradient id="water" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#e9b98b" /><stop offset="1" stop-color="#2e4a63" />
    </linearGradient>
    <linearGradient id="wall" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#cfc3b4" /><stop offset="1" stop-color="#6d6a6c" />
    </linearGradient>
    <radialGradient id="glow"><stop offset="0" stop-color="#fff6dc" /><stop offset="0.16" stop-color="#ffe9b4" stop-opacity="0.9" /><stop offset="1" stop-color="#ffdca0" stop-opacity="0" /></radialGradient>
  </defs>
  <rect width="1280" height="720" fill="url(#sky)" />
  <circle cx="905" cy="300" r="230" fill="url(#glow)" /><circle cx="905" cy="300" r="34" fill="#fffaf0" />
  <path d="${ridge(400, 150, 0.6)}" fill="#9a7f8f" opacity="0.7" />
  <path d="${ridge(440, 140, 2.1)}" fill="#6d6783" opacity="0.85" />
  <path d="${ridge(480, 110, 4.2)}" fill="#474f68" />
  <rect y="452" width="1280" height="120" fill="url(#water)" />
  <rect x="860" y="456" width="90" height="4" fill="#fff3d6" opacity="0.8" /><rect x="830" y="470" width="150" height="3" fill="#fff3d6" opacity="0.5" /><rect x="872" y="484" width="66" height="3" fill="#fff3d6" opacity="0.4" />
  <path d="M180,505 Q640,575 1100,505 L1080,720 L200,720 Z" fill="url(#wall)" />
  <path d="M180,505 Q640,575 1100,505 L1100,517 Q640,589 180,517 Z" fill="#ece3d6" />
  <g fill="#57545a" opacity="0.55"><rect x="470" y="568" width="26" height="152" /><rect x="560" y="574" width="26" height="146" /><rect x="650" y="575" width="26" height="145" /><rect x="740" y="571" width="26" height="149" /></g>
  <path d="M0,470 Q120,480 215,520 L235,720 L0,720 Z" fill="#2b3a3f" /><path d="M1280,455 Q1150,475 1068,520 L1050,720 L1280,720 Z" fill="#24343a" />
</svg>`;
