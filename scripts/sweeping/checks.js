// What is asked of every screen; each answer is one line a finding. Injected before a page's own scripts.
globalThis.fanlightSweep = (() => {
  let moved = 0;
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) if (!each.hadRecentInput) moved += each.value;
  }).observe({ type: "layout-shift", buffered: true });

  const PRESSED =
    "a[href], button, select, summary, input:not([type=hidden]), textarea, [role=button], [role=tab], [role=option]";
  // A key of a catalogue that has no words; a number that is none; a hole that nobody filled.
  const RAW =
    /\b(?:console|shared|widget|help|diagnosis|tickets)\.[a-z_]+(?:\.[a-z_]+)*\b|\bundefined\b|\bNaN\b|\[object|\{(?!brand\})[a-z_]+\}/g;

  const name = (node) => {
    const said = (node.getAttribute("aria-label") || node.innerText || node.value || "").trim();
    const kind = (node.getAttribute("class") ?? "").split(/\s+/).filter(Boolean);
    const words = said ? ` “${said.slice(0, 40).replaceAll("\n", " ")}”` : "";
    return [node.localName + (node.id ? `#${node.id}` : ""), ...kind].join(".") + words;
  };
  const isSeen = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const isHidden = (node) => {
    const style = getComputedStyle(node);
    // What lies under an open dialog cannot be pressed; that it shows through is the point.
    const over = document.querySelector("dialog:modal");
    const isUnder = over !== null && !over.contains(node);
    const isClipped = style.clipPath !== "none" || style.clip !== "auto";
    return isClipped || isUnder || node.closest("[inert]") !== null;
  };
  const cuts = (overflow) => overflow === "hidden" || overflow === "clip";
  const some = (found, most) => [...new Set(found)].slice(0, most);

  /** What is wider than the screen, and by how much. */
  function wide() {
    const root = document.documentElement;
    if (root.scrollWidth <= innerWidth) return [];
    const isOver = (node) => node.getBoundingClientRect().right > innerWidth + 1;
    const over = [...document.body.querySelectorAll("*")].filter(
      (node) => isSeen(node) && isOver(node) && ![...node.children].some(isOver),
    );
    return [`${root.scrollWidth - innerWidth} px: ${over.slice(0, 3).map(name).join(", ")}`];
  }

  /** Words that end at an edge without dots. */
  function cut() {
    const found = [];
    const skipped = "input, textarea, select, svg *, [aria-hidden=true] *";
    for (const node of document.body.querySelectorAll("*")) {
      if (node.matches(skipped) || !isSeen(node) || isHidden(node)) continue;
      if (![...node.childNodes].some((each) => each.nodeType === 3 && each.data.trim())) continue;
      const style = getComputedStyle(node);
      const isAcross = node.scrollWidth > node.clientWidth + 1 && cuts(style.overflowX);
      const isDown = node.scrollHeight > node.clientHeight + 3 && cuts(style.overflowY);
      if (node.clientWidth && isDown && style.webkitLineClamp === "none") found.push(`below: ${name(node)}`);
      // Shortened with dots is no loss where the whole is at hand.
      if (node.clientWidth && isAcross && style.textOverflow !== "ellipsis") found.push(`at the side: ${name(node)}`);
      if (style.textOverflow !== "ellipsis" && isOutside(node)) found.push(`by its frame: ${name(node)}`);
    }
    return some(found, 5);
  }

  /** Does it reach past the nearest frame that cuts? */
  function isOutside(node) {
    const box = node.getBoundingClientRect();
    for (let around = node.parentElement; around && around !== document.body; around = around.parentElement) {
      const held = getComputedStyle(around);
      if (!cuts(held.overflowX) || isHidden(around)) continue;
      const edge = around.getBoundingClientRect();
      const isPast = box.right > edge.right + 1.5 || box.left < edge.left - 1.5;
      return box.width > 0 && edge.width > 1 && isPast && held.textOverflow !== "ellipsis";
    }
    return false;
  }

  /** A link in a sentence is as high as the sentence (WCAG 2.5.8 leaves it alone). */
  function isInSentence(node) {
    const isInline = getComputedStyle(node).display.startsWith("inline");
    const around = node.closest("p, td, dd") ?? (isInline ? node.parentElement : null);
    const rest = (around?.textContent.trim().length ?? 0) - node.textContent.trim().length;
    return node.matches("a, button") && rest > 2;
  }

  /** What a finger misses: smaller than `least`, and not pressed around what is drawn either. */
  function small(least) {
    const found = [];
    for (const node of document.querySelectorAll(PRESSED)) {
      if (!isSeen(node) || isHidden(node) || node.disabled || isInSentence(node)) continue;
      if (node.matches("input[type=radio], input[type=checkbox], input[type=file]") && node.labels?.length) continue;
      const { width, height } = node.getBoundingClientRect();
      const isNarrow = width < least - 0.5;
      const isLow = height < least - 0.5;
      if (!width || !height || (!isNarrow && !isLow)) continue;
      node.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
      const half = least / 2 - 1;
      const points = [];
      if (isNarrow) points.push([-half, 0], [half, 0]);
      if (isLow) points.push([0, -half], [0, half]);
      if (points.every((point) => isPressed(node, point))) continue;
      found.push(`${Math.round(width)} × ${Math.round(height)} ${name(node)}`);
    }
    scrollTo(0, 0);
    return some(found, 8);
  }

  /** Is the point so far from its middle still its own? */
  function isPressed(node, [dx, dy]) {
    const box = node.getBoundingClientRect();
    const inside = (at, end) => Math.min(Math.max(at, 0), end - 1);
    const x = inside(box.left + box.width / 2 + dx, innerWidth);
    const y = inside(box.top + box.height / 2 + dy, innerHeight);
    const hit = document.elementFromPoint(x, y);
    return hit !== null && (node.contains(hit) || hit.closest("label")?.control === node);
  }

  /** Where the keyboard stands, if nobody could see it: "" where all is well, null at the page's end. */
  function unseen() {
    let node = document.activeElement;
    while (node?.shadowRoot?.activeElement) node = node.shadowRoot.activeElement;
    if (!node || node === document.body || node.localName === "iframe") return null;
    // Some rings are drawn by what holds the field.
    let isRinged = false;
    for (let at = node, up = 0; at && up < 4; at = at.parentElement, up += 1) {
      const style = getComputedStyle(at);
      const isRing = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
      isRinged ||= isRing && (at === node || at.matches(":focus-within"));
    }
    const box = node.getBoundingClientRect();
    const isIn = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return isRinged && isIn && box.width > 0 ? "" : `${isRinged ? "out of sight" : "no ring"}: ${name(node)}`;
  }

  /** What still moves, for somebody who asked for nothing to move; a spinner may, slowly. */
  const moving = () =>
    document
      .getAnimations()
      .filter((each) => each.playState === "running" && !each.effect?.target?.matches?.(".spin"))
      .map((each) => name(each.effect.target));

  return {
    shift: () => moved,
    wide,
    unseen,
    moving,
    look: (least) => [
      ...wide().map((each) => `wide: ${each}`),
      ...cut().map((each) => `cut: ${each}`),
      ...some(document.body.innerText.match(RAW) ?? [], 5).map((each) => `raw: ${each}`),
      ...(least ? small(least).map((each) => `target: ${each}`) : []),
    ],
  };
})();
