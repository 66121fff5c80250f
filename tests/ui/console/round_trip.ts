/** Reads Markdown files named on the command line (or JSON texts from stdin) and says what a round trip makes of each. */
import { readFileSync } from "node:fs";
import { read } from "../../../ui/console/src/articles/rich/read.ts";
import { markdownOf, Source } from "../../../ui/console/src/articles/rich/write.ts";

interface Trip {
  /** Written untouched, it is the same text. */
  same: boolean;
  /** Written anew block by block, without what was remembered. */
  anew: string;
  /** What is written anew reads as the same document. */
  means: boolean;
  /** Written anew once more, nothing changes. */
  stable: boolean;
}

function trip(text: string): Trip {
  const source = new Source(text);
  source.doc.check();
  const anew = markdownOf(source.doc);
  const again = read(anew).doc;
  return { same: source.write(source.doc) === text, anew, means: again.eq(source.doc), stable: markdownOf(again) === anew };
}

const texts = JSON.parse(readFileSync(0, "utf8")) as string[];
process.stdout.write(JSON.stringify(texts.map(trip)));
