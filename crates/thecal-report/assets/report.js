// The page's own script: which pictures are shown, the slice browser, the view that can be turned.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (query) => [...document.querySelectorAll(query)];
  const picked = (name) => document.querySelector(`input[name="${name}"]:checked`)?.value;
  const select = byId("scenario");
  const scenario = () => (select ? select.value : null);

  // Pictures of one scenario and grey scale at a time.
  function pictures() {
    const window = picked("window") ?? "0";
    for (const figure of all("figure[data-scenario]")) {
      const ours = figure.dataset.scenario === scenario();
      const grey = !figure.classList.contains("slice") || figure.dataset.window === window;
      figure.hidden = !(ours && grey);
    }
    // Printed, of many approaches only the one that is shown.
    for (const row of all("tr[data-row]")) row.toggleAttribute("data-other", row.dataset.row !== scenario());
  }
  select?.addEventListener("change", pictures);
  for (const input of all('input[name="window"]')) input.addEventListener("change", pictures);
  if (select) pictures();

  // What scrolls sideways can be reached with the keyboard; what does not is no stop on the way.
  const boxes = all(".scroll");
  const reach = () => boxes.forEach((box) => {
    if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0; else box.removeAttribute("tabindex");
  });
  const watch = new ResizeObserver(reach);
  boxes.forEach((box) => watch.observe(box));

  const data = byId("data") && JSON.parse(byId("data").textContent);
  if (!data) return;
  // 0 is the study as it is, then the others.
  const phase = () => (picked("phase") === "after" ? data.phases.findIndex((p) => p.key === scenario()) : 0);
  const changed = [];
  const follow = (run) => changed.push(run);
  select?.addEventListener("change", () => changed.forEach((run) => run()));
  for (const input of all('input[name="phase"]')) {
    input.addEventListener("change", () => changed.forEach((run) => run()));
  }

  // --- slices ---
  const NS = "http://www.w3.org/2000/svg";
  const svg = byId("slice");
  const slider = byId("slider");
  const [width, height] = data.size_mm;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  byId("browser").style.aspectRatio = `${width} / ${height}`;
  slider.max = Math.max(0, data.slices.length - 1);
  const add = (name, attributes, text) => {
    const element = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    svg.append(element);
  };
  function line(path) {
    const band = path.what.startsWith("band");
    const removed = path.what === "removed";
    add("path", {
      d: path.d, fill: band ? "none" : path.colour, "fill-rule": "evenodd",
      "fill-opacity": removed ? 0.4 : 0.1, stroke: path.colour,
      "stroke-width": path.wide_mm, "stroke-dasharray": path.dash || "none",
      "stroke-linejoin": "round", "stroke-linecap": path.dash ? "round" : "butt",
    });
  }
  function words(x, y, size, anchor, text) {
    add("text", {
      x, y, "font-size": size, "text-anchor": anchor, fill: "#fff", stroke: "#000",
      "stroke-width": size * 0.2, "paint-order": "stroke", "font-weight": 700,
      "font-family": "system-ui, sans-serif",
    }, text);
  }
  function slice() {
    const at = data.slices[Number(slider.value)];
    if (!at) return;
    const now = phase();
    svg.replaceChildren();
    const { anatomy, tumour, second } = data.phases[now];
    const images = second ? at.second_images : at.images;
    // A second study may have fewer grey scales.
    const image = images[Math.min(Number(picked("browser-window") ?? 0), images.length - 1)];
    if (image) {
      add("image", { href: `data:image/jpeg;base64,${image}`, width, height, preserveAspectRatio: "none" });
    }
    [...at.anatomies[anatomy], ...at.tumours[tumour]].forEach(line);
    const segment = at.segments.find((s) => s[0] === now);
    if (segment) {
      const [[ax, ay], [bx, by]] = segment[1];
      for (const [colour, wide] of [["#000", 0.6], ["#fff", 0.28]]) {
        add("line", { x1: ax, y1: ay, x2: bx, y2: by, stroke: colour, "stroke-width": wide, "stroke-linecap": "round" });
      }
      for (const [x, y] of segment[1]) {
        add("circle", { cx: x, cy: y, r: 0.42, fill: "#f0e442", stroke: "#000", "stroke-width": 0.14 });
      }
      // On the tumour's side, so that it does not cover the cord, if it finds room there.
      const [x, y] = [(ax + bx) / 2, (ay + by) / 2];
      const outward = Math.abs(ax - bx) > 0.5 ? ax > bx : x < width / 2;
      const right = x < 12 || (outward && x < width - 12);
      words(x + (right ? 3 : -3), ay <= by ? y - 3 : y + 4.5, 2, right ? "start" : "end", segment[2]);
    }
    const [top, east, bottom, west] = data.letters;
    words(width / 2, 2.6, 2, "middle", top);
    words(width - 1.6, height / 2 + 0.7, 2, "middle", east);
    words(width / 2, height - 1.2, 2, "middle", bottom);
    words(1.6, height / 2 + 0.7, 2, "middle", west);
    add("path", { d: `M2 ${height - 2.6}v.8h10v-.8`, fill: "none", stroke: "#fff", "stroke-width": 0.25 });
    words(7, height - 2.6, 1.5, "middle", "10 mm");
    const said = at.said;
    byId("slice-said").textContent = said;
    slider.setAttribute("aria-valuetext", said);
    svg.setAttribute("aria-label", `Slice through cord and tumour, ${said}${segment ? ", shortest segment " + segment[2] : ""}`);
  }
  function closest() {
    const now = phase();
    const found = data.slices.findIndex((s) => s.segments.some((g) => g[0] === now));
    if (found >= 0) slider.value = found;
    slice();
  }
  slider.addEventListener("input", slice);
  byId("closest").addEventListener("click", closest);
  for (const input of all('input[name="browser-window"]')) input.addEventListener("change", slice);
  follow(slice);
  closest();

  // --- space ---
  const stage = byId("space");
  let renderer;
  try {
    renderer = new THREE.WebGLRenderer({ canvas: byId("canvas"), antialias: true, preserveDrawingBuffer: true });
  } catch {
    byId("canvas").hidden = true;
    byId("no-webgl").hidden = false;
    return;
  }
  const scene = new THREE.Scene();
  scene.background = new THREE.Color(0x0a0d12);
  const camera = new THREE.PerspectiveCamera(32, 1, 1, 3000);
  camera.up.set(0, 0, 1);
  scene.add(new THREE.HemisphereLight(0xffffff, 0x3a4350, 1.9));
  const lamp = new THREE.DirectionalLight(0xffffff, 1.9);
  camera.add(lamp);
  lamp.position.set(-0.4, 0.6, 1);
  scene.add(camera);
  const controls = new THREE.OrbitControls(camera, renderer.domElement);
  controls.enableDamping = false;
  controls.zoomSpeed = 0.8;

  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
  // Vertex colours are linear, those of the page are not.
  const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const ramp = data.ramp.map((rgb) => rgb.map((c) => linear(c / 255)));
  const opacity = { "thecal sac": 0.16, tumour: 0.42, removed: 0.9, cord: 1, vertebra: 0.14 };
  const order = { cord: 0, removed: 1, tumour: 2, "thecal sac": 3, vertebra: 4 };
  let far = 1;
  const parts = data.surfaces.map((s) => {
    const geometry = new THREE.BufferGeometry();
    const points = Float32Array.from(new Int16Array(bytes(s.vertices)), (v) => v / 100);
    for (let k = 0; k < points.length; k += 3) far = Math.max(far, Math.hypot(points[k], points[k + 1], points[k + 2]));
    geometry.setAttribute("position", new THREE.BufferAttribute(points, 3));
    const indices = s.wide ? new Uint32Array(bytes(s.triangles)) : new Uint16Array(bytes(s.triangles));
    geometry.setIndex(new THREE.BufferAttribute(indices, 1));
    geometry.computeVertexNormals();
    const coloured = s.gaps.length > 0;
    const colours = s.gaps.map((text) => {
      const values = new Float32Array(points.length);
      new Uint8Array(bytes(text)).forEach((place, k) => values.set(ramp[place], 3 * k));
      return new THREE.BufferAttribute(values, 3);
    });
    if (coloured) geometry.setAttribute("color", colours[0]);
    const clear = opacity[s.what] ?? 1;
    const mesh = new THREE.Mesh(geometry, new THREE.MeshStandardMaterial({
      color: coloured ? 0xffffff : s.colour, vertexColors: coloured, roughness: 0.75, metalness: 0,
      transparent: clear < 1, opacity: clear, depthWrite: clear >= 0.6, side: THREE.DoubleSide,
    }));
    mesh.renderOrder = order[s.what] ?? 0;
    scene.add(mesh);
    return { ...s, mesh, colours };
  });
  const segments = data.segments.map((ends) => {
    const group = new THREE.Group();
    if (ends) {
      const [a, b] = ends.map((p) => new THREE.Vector3(...p));
      const material = new THREE.MeshStandardMaterial({ color: 0xf0e442, emissive: 0x6b6512, depthTest: false });
      for (const p of [a, b]) {
        const ball = new THREE.Mesh(new THREE.SphereGeometry(0.55, 20, 14), material);
        ball.position.copy(p);
        group.add(ball);
      }
      const rod = new THREE.Mesh(new THREE.CylinderGeometry(0.22, 0.22, Math.max(0.01, a.distanceTo(b)), 14), material);
      rod.position.copy(a).add(b).multiplyScalar(0.5);
      rod.quaternion.setFromUnitVectors(new THREE.Vector3(0, 1, 0), b.clone().sub(a).normalize());
      group.add(rod);
      group.children.forEach((m) => { m.renderOrder = 9; });
    }
    scene.add(group);
    return group;
  });
  const kinds = [...new Set(data.surfaces.map((s) => s.what))];
  for (const what of kinds) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = true;
    box.value = what;
    box.addEventListener("change", show);
    const swatch = document.createElement("span");
    swatch.className = "swatch";
    swatch.style.background = data.surfaces.find((s) => s.what === what).colour;
    label.append(box, " ", swatch, what);
    byId("parts").append(label);
  }
  function draw() {
    renderer.render(scene, camera);
    marks();
  }
  // Letters at the edges say which way one looks, as on the slices; the bar is true at the middle.
  const letter = (v) => [["L", "R", v.x], ["P", "A", v.y], ["H", "F", v.z]]
    .filter(([, , x]) => Math.abs(x) > 0.38).sort((a, b) => Math.abs(b[2]) - Math.abs(a[2]))
    .map(([plus, minus, x]) => (x > 0 ? plus : minus)).join("");
  function marks() {
    const turned = (x, y) => new THREE.Vector3(x, y, 0).applyQuaternion(camera.quaternion);
    for (const [id, x, y] of [["east", 1, 0], ["west", -1, 0], ["north", 0, 1], ["south", 0, -1]]) {
      byId(`space-${id}`).textContent = letter(turned(x, y));
    }
    const away = camera.position.distanceTo(controls.target);
    const pixels = stage.clientHeight / (2 * away * Math.tan((camera.fov * Math.PI) / 360));
    const mm = [1, 2, 5, 10, 20, 50, 100].find((step) => step * pixels > 40) ?? 100;
    byId("space-bar").style.width = `${mm * pixels}px`;
    byId("space-mm").textContent = `${mm} mm at the middle`;
  }
  function show() {
    const now = phase();
    const on = new Set(all("#parts input:checked").map((box) => box.value));
    for (const part of parts) {
      const here = part.phases.indexOf(now);
      if (here >= 0 && part.colours.length) part.mesh.geometry.setAttribute("color", part.colours[here]);
      part.mesh.visible = on.has(part.what) && here >= 0;
    }
    segments.forEach((group, k) => { group.visible = k === now; });
    draw();
  }
  const looks = { front: [0, -1, 0], behind: [0, 1, 0], left: [1, 0, 0], right: [-1, 0, 0], above: [0, -0.001, 1] };
  function look(direction) {
    camera.position.set(...direction).normalize().multiplyScalar(far * 3.1);
    controls.target.set(0, 0, 0);
    controls.update();
    draw();
  }
  function fit() {
    const { clientWidth: w, clientHeight: h } = stage;
    if (!w || !h) return;
    renderer.setPixelRatio(Math.min(2, window.devicePixelRatio || 1));
    renderer.setSize(w, h, false);
    camera.aspect = w / h;
    camera.updateProjectionMatrix();
    draw();
  }
  for (const button of all("[data-look]")) {
    button.addEventListener("click", () => look(looks[button.dataset.look]));
  }
  stage.addEventListener("keydown", (event) => {
    const turn = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const zoom = { "+": 0.9, "=": 0.9, "-": 1 / 0.9 }[event.key];
    if (!turn && !zoom) return;
    event.preventDefault();
    const p = camera.position;
    if (zoom) p.multiplyScalar(zoom);
    if (turn) {
      const r = p.length();
      const across = Math.atan2(p.y, p.x) + turn[0] * 0.12;
      const down = Math.min(3.1, Math.max(0.04, Math.acos(p.z / r) + turn[1] * 0.12));
      p.set(r * Math.sin(down) * Math.cos(across), r * Math.sin(down) * Math.sin(across), r * Math.cos(down));
    }
    controls.update();
    draw();
  });
  controls.addEventListener("change", draw);
  new ResizeObserver(fit).observe(stage);
  follow(show);
  look([0.55, -0.8, 0.3]);
  fit();
  show();
  byId("ramp-most").textContent = String(data.reach_mm);
  stage.dataset.ready = "yes";
})();
