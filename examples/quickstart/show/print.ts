/** Printing: where the story's text goes. */
import { sectionTitle } from "../present/table.ts"

/** Takes text as it is. */
export type Print = (text: string) => void

/** A section of the story. */
export const say = (print: Print, title: string): void => {
  print(`\n${sectionTitle(title)}`)
}
