/** The part of ICU MessageFormat our sentences need: {name}, {n, plural, …}, {x, select, …} and #. */

export type Message = (params: Record<string, string | number>) => string;
type Piece = string | ((params: Record<string, string | number>, count: string) => string);

const NAME = /[\w.]+/y;
const KIND = /\s*,\s*(plural|select|number)\s*/y;
const CASE = /\s*(=\d+|\w+)\s*\{/y;

/** Turn a sentence into a function of its parameters; a broken sentence throws, in the tests first. */
export function compile(source: string, locale: string): Message {
  const numbers = new Intl.NumberFormat(locale === "en" ? "en-GB" : locale);
  const plurals = new Intl.PluralRules(locale);
  let at = 0;

  function expect(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found === null) return undefined;
    at = pattern.lastIndex;
    return found[1] ?? found[0];
  }

  function broken(why: string): never {
    throw new SyntaxError(`${why} at ${at} in "${source}"`);
  }

  function cases(): Map<string, Piece[]> {
    const found = new Map<string, Piece[]>();
    for (let name = expect(CASE); name !== undefined; name = expect(CASE)) {
      found.set(name, pieces(true));
      at += 1;
    }
    if (!found.has("other")) broken("a choice without 'other'");
    while (source[at] === " " || source[at] === "\n") at += 1;
    return found;
  }

  function placeholder(): Piece {
    const name = expect(NAME) ?? broken("a placeholder without a name");
    const kind = source[at] === "," || source[at] === " " ? expect(KIND) : undefined;
    if (kind === undefined || kind === "number") {
      return (params) => {
        const value = params[name];
        return typeof value === "number" ? numbers.format(value) : (value ?? `{${name}}`);
      };
    }
    if (source[at] !== ",") broken("a choice without its cases");
    at += 1;
    const choices = cases();
    return (params) => {
      const value = params[name] ?? "";
      const count = kind === "plural" ? numbers.format(Number(value)) : "";
      const word = kind === "plural" ? plurals.select(Number(value)) : String(value);
      const chosen = (kind === "plural" ? choices.get(`=${value}`) : undefined) ?? choices.get(word) ?? choices.get("other");
      return render(chosen ?? [], params, count);
    };
  }

  function pieces(inside: boolean): Piece[] {
    const found: Piece[] = [];
    let text = "";
    const flush = (): void => {
      if (text) found.push(text);
      text = "";
    };
    while (at < source.length && !(inside && source[at] === "}")) {
      const sign = source[at];
      at += 1;
      if (sign === "{") {
        flush();
        found.push(placeholder());
        if (source[at] !== "}") broken("a placeholder that does not close");
        at += 1;
      } else if (sign === "#" && inside) {
        flush();
        found.push((_, count) => count);
      } else text += sign;
    }
    if (inside && source[at] !== "}") broken("a case that does not close");
    flush();
    return found;
  }

  const message = pieces(false);
  return (params) => render(message, params, "");
}

function render(pieces: Piece[], params: Record<string, string | number>, count: string): string {
  let text = "";
  for (const piece of pieces) text += typeof piece === "string" ? piece : piece(params, count);
  return text;
}
