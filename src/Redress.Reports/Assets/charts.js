'use strict';
// Draws the charts one after the other, so that the page answers meanwhile. Colours are the page's variables: light, dark and print need no drawing again.
(async () => {
  const text = 'var(--text)', soft = 'var(--soft)', line = 'var(--line)', font = 'system-ui, sans-serif';
  // Labels and legends get their share of a chart's width.
  const config = width => ({
    aria: false, background: 'transparent', font, padding: 2,
    axis: {
      labelColor: soft, titleColor: text, gridColor: line, domainColor: soft, tickColor: soft, labelFontSize: 11, titleFontSize: 12, titleFontWeight: 'normal',
      labelLimit: Math.min(280, 0.38 * width), titleLimit: 300, tickCount: 5, labelSeparation: 6, labelOverlap: true,
    },
    legend: {
      orient: 'bottom', labelColor: text, titleColor: soft, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 'normal', labelLimit: Math.max(200, width - 60),
      symbolOpacity: 1, symbolSize: 70, symbolStrokeWidth: 0, rowPadding: 2, columnPadding: 14, gradientLength: Math.min(240, width / 2), gradientThickness: 10,
      titleLimit: Math.max(200, width - 60), layout: { bottom: { direction: 'vertical' } },
    },
    view: { stroke: null },
    text: { color: text, font },
  });
  const options = { mode: 'vega-lite', renderer: 'svg', actions: false, ast: true, defaultStyle: false, tooltip: { disableDefaultStyle: true } };
  let drawn = 0, failed = 0;
  for (const place of document.querySelectorAll('[data-spec]')) {
    try {
      const spec = JSON.parse(document.getElementById(place.dataset.spec).textContent);
      place.textContent = '';
      await vegaEmbed(place, spec, { ...options, config: config(place.clientWidth) });
      drawn++;
    } catch (error) {
      failed++;
      place.textContent = 'This chart could not be drawn; its numbers are below.';
      console.error(error);
    }
    await new Promise(done => setTimeout(done));
  }
  document.documentElement.dataset.drawn = String(drawn);
  document.documentElement.dataset.failed = String(failed);
})();
