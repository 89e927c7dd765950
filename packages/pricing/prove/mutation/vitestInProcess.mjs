/**
 * What the tests use of vitest, in the process of the mutants: `describe` and `test` collect, and vitest's own `expect`
 * judges. The suite is loaded once, and each mutant costs only the tests that reach it.
 */
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  GLOBAL_EXPECT,
  getState,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from "@vitest/expect"

chai.use(JestExtend)
chai.use(JestChaiExpect)
chai.use(JestAsymmetricMatchers)

export const expect = Object.assign((value, message) => chai.expect(value, message), chai.expect, {
  getState: () => getState(expect),
  setState: (state) => setState(state, expect),
})
globalThis[GLOBAL_EXPECT] = expect
setState({ assertionCalls: 0 }, expect)
Object.assign(expect, globalThis[ASYMMETRIC_MATCHERS_OBJECT])

/** Every test of the suite: `{ id, run }`, in order. */
export const collected = []

const titles = []

export const describe = (title, collect) => {
  titles.push(title)
  collect()
  titles.pop()
}

/** Ids carry a number: rows of one table may share a title. */
const add = (title, run) => {
  collected.push({ id: `${[...titles, title].join(" › ")} #${collected.length}`, run })
}

export const test = (title, run) => add(title, run)

/** Rows as an array, or as a template table whose first line names the columns. */
test.each = (table, ...cells) => {
  if (!Array.isArray(table.raw)) {
    return (title, run) => {
      for (const row of table) add(title, () => (Array.isArray(row) ? run(...row) : run(row)))
    }
  }
  const names = table.raw[0]
    .trim()
    .split("|")
    .map((name) => name.trim())
  return (title, run) => {
    for (let at = 0; at < cells.length; at += names.length) {
      const row = Object.fromEntries(names.map((name, column) => [name, cells[at + column]]))
      add(title, () => run(row))
    }
  }
}
