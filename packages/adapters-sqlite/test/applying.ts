/**
 * A process that applies the evolved tables to a file: `applying.ts FILE STATEMENT`. It kills itself before the
 * statement of that number, or, with 0, prints the state of the plan that it did.
 */
import { sqlStore } from "@anbud/adapter-sql"
import { EVOLVED_TABLES } from "@anbud/core/testkit"
import { sqliteDifferences } from "../src/sqlite.ts"

const [file = "", statement = "0"] = process.argv.slice(2)
const differences = sqliteDifferences({ file, writeTimeoutMilliseconds: 30_000 })
let count = 0
const store = sqlStore({
  ...differences,
  connections: {
    ...differences.connections,
    begin: async (mode, signal) => {
      const transaction = await differences.connections.begin(mode, signal)
      const run: typeof transaction.run = (sql, parameters) => {
        count += 1
        if (count === Number(statement)) process.kill(process.pid, "SIGKILL")
        return transaction.run(sql, parameters)
      }
      return { ...transaction, run }
    },
  },
})
const plan = await store.schema.apply(EVOLVED_TABLES)
console.log(plan.state)
await store.close()
