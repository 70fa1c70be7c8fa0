"use strict";
(() => {
  const $ = (selector) => document.querySelector(selector);
  const main = $("main");
  const figures = [...main.querySelectorAll("figure")];
  const chips = [...document.querySelectorAll(".axes button")];
  const asked = document.body.dataset.slice;
  const axesOf = new Map(figures.map((figure) => [figure, JSON.parse(figure.dataset.axes)]));
  const valueOf = (figure, axis) => axis === "state" ? figure.dataset.state : axesOf.get(figure)[axis];
  let shown = figures;

  function picked() {
    const axes = new Map();
    for (const chip of chips) {
      if (chip.getAttribute("aria-pressed") !== "true") continue;
      const axis = chip.parentElement.dataset.axis;
      axes.set(axis, [...(axes.get(axis) || []), chip.dataset.value]);
    }
    return axes;
  }

  function sliceText(axes) {
    const terms = asked.split(",").filter((term) => term && !axes.has(term.split("=")[0]));
    for (const [axis, values] of axes) if (axis !== "state") terms.push(axis + "=" + values.join("|"));
    return terms.join(",");
  }

  const quoted = (word) => /^[\w.,=:#-]+$/.test(word) ? word : "'" + word.replaceAll("'", "'\\''") + "'";

  function update() {
    const axes = picked();
    const words = $("#find").value.trim().toLowerCase();
    const best = $("#order").value === "score";
    for (const figure of figures) {
      const fits = [...axes].every(([axis, values]) => values.includes(valueOf(figure, axis)));
      figure.hidden = !fits || !figure.dataset.address.toLowerCase().includes(words);
    }
    const number = (figure) => best ? -(figure.dataset.score ?? -Infinity) : Number(figure.dataset.index);
    main.append(...[...figures].sort((a, b) => number(a) - number(b) || a.dataset.index - b.dataset.index));
    shown = [...main.children].filter((figure) => !figure.hidden);
    $(".none").hidden = shown.length > 0;
    $("#clear").hidden = axes.size === 0 && !words;
    $("#shown").textContent = shown.length === figures.length ? "all shown" : shown.length + " of " + figures.length + " shown";
    const slice = sliceText(axes);
    const states = axes.get("state") || [];
    const all = states.length > 0 && !(states.length === 1 && states[0] === "kept");
    $("#command").textContent =
      ["troupe results", quoted(document.body.dataset.campaign), slice && quoted(slice), all && "--all", "--to DIR"]
        .filter(Boolean).join(" ");
  }

  function show(figure) {
    const dialog = $("dialog"), facts = dialog.querySelector("dl"), links = dialog.querySelector(".links");
    const thumbnail = figure.querySelector("img");
    dialog.querySelector(".stage img").src = thumbnail ? thumbnail.src : "";
    dialog.querySelector("h2").textContent = figure.dataset.path;
    facts.replaceChildren();
    const add = (name, value) => {
      const term = document.createElement("dt"), text = document.createElement("dd");
      term.textContent = name;
      text.textContent = value;
      facts.append(term, text);
    };
    for (const [axis, value] of Object.entries(axesOf.get(figure))) add(axis, value);
    add("index", figure.dataset.index);
    add("state", figure.dataset.state);
    for (const score of figure.dataset.scores ? figure.dataset.scores.split(" · ") : []) {
      const cut = score.includes(": ") ? score.indexOf(": ") : score.lastIndexOf(" ");
      add(score.slice(0, cut), score.slice(cut).replace(/^:?\s+/, ""));
    }
    links.replaceChildren();
    if (figure.dataset.link) {
      const link = document.createElement("a");
      link.href = figure.dataset.link;
      link.target = "_blank";
      link.textContent = "the whole picture";
      links.append(link);
    }
    dialog.current = figure;
    if (!dialog.open) dialog.showModal();
  }

  for (const chip of chips) {
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", chip.getAttribute("aria-pressed") !== "true");
      update();
    });
  }
  for (const figure of figures) figure.querySelector(".picture").addEventListener("click", () => show(figure));
  $("#find").addEventListener("input", update);
  $("#order").addEventListener("change", update);
  $("#size").addEventListener("input", (event) => main.style.setProperty("--cell", event.target.value + "px"));
  $("#clear").addEventListener("click", () => {
    for (const chip of chips) chip.setAttribute("aria-pressed", "false");
    $("#find").value = "";
    update();
  });
  $("#copy").addEventListener("click", async () => {
    const range = document.createRange();
    range.selectNodeContents($("#command"));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    try {
      await navigator.clipboard.writeText($("#command").textContent);
      $("#copy").textContent = "copied";
    } catch {
      $("#copy").textContent = "selected";
    }
    setTimeout(() => { $("#copy").textContent = "copy"; }, 1500);
  });
  $("dialog .close").addEventListener("click", () => $("dialog").close());
  $("dialog").addEventListener("click", (event) => { if (event.target === $("dialog")) $("dialog").close(); });
  document.addEventListener("keydown", (event) => {
    const dialog = $("dialog"), step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!dialog.open || !step) return;
    const next = shown[shown.indexOf(dialog.current) + step];
    if (next) show(next);
  });

  $(".tools").hidden = figures.length < 2;
  update();
})();
