'use strict';
// Every table sorts by its columns: a button in each heading, aria-sort for who cannot see the arrow. What has no number stands last either way.
(() => {
  const order = new Intl.Collator('en', { numeric: true });

  function sort(table, heading, column) {
    const down = heading.getAttribute('aria-sort') === 'ascending';
    const isNumber = heading.classList.contains('n');
    for (const other of heading.parentNode.cells) other.removeAttribute('aria-sort');
    heading.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    const key = row => {
      const cell = row.cells[column];
      return isNumber ? (cell.hasAttribute('data-v') ? Number(cell.dataset.v) : null) : cell.textContent;
    };
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row, place) => ({ row, place, key: key(row) }));
    rows.sort((a, b) => {
      if (a.key === null || b.key === null) return (a.key === null) - (b.key === null) || a.place - b.place;
      const by = isNumber ? a.key - b.key : order.compare(a.key, b.key);
      return (down ? -by : by) || a.place - b.place;
    });
    body.append(...rows.map(r => r.row));
  }

  for (const table of document.querySelectorAll('table:not(.images)')) {
    Array.from(table.tHead.rows[0].cells).forEach((heading, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(...heading.childNodes);
      heading.append(button);
      button.addEventListener('click', () => sort(table, heading, column));
    });
  }
})();
