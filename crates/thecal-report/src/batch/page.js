const table = document.getElementById("studies");
const body = table.tBodies[0];
const heads = [...table.tHead.rows[0].cells];
const order = ["insufficient", "indeterminate", "not assessable", "-", "marginal", "clear"];
function value(row, column) {
  const text = row.cells[column].textContent;
  if (column === 1) return order.indexOf(text);
  const number = parseFloat(text);
  return heads[column].className === "n" ? (Number.isNaN(number) ? Infinity : number) : text;
}
heads.forEach((head, column) => {
  const button = head.querySelector("button");
  if (!button) return;
  button.addEventListener("click", () => {
    const down = head.getAttribute("aria-sort") === "ascending";
    heads.forEach((h) => h.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const rows = [...body.rows].map((row) => [value(row, column), row]);
    rows.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0) * (down ? -1 : 1));
    body.append(...rows.map(([, row]) => row));
  });
});
document.getElementById("filter").addEventListener("input", (event) => {
  const wanted = event.target.value.toLowerCase();
  let shown = 0;
  for (const row of body.rows) {
    row.hidden = !row.textContent.toLowerCase().includes(wanted);
    shown += row.hidden ? 0 : 1;
  }
  document.getElementById("shown").textContent = wanted ? `${shown} shown` : "";
});
