import { defineConfig } from "vitest/config"

// Only the custom condition: vitest hands the list to Node as --conditions, so naming "import" would
// make CommonJS packages load the ESM build of their dependencies and fail.
const conditions = ["@anbud/source"]

export default defineConfig({
  resolve: { conditions: [...conditions] },
  ssr: { resolve: { conditions: [...conditions], externalConditions: conditions } },
  test: {
    include: ["packages/*/test/**/*.test.ts", "examples/*/test/**/*.test.ts", "tools/**/*.test.ts"],
    pool: "threads",
    maxWorkers: 2,
    testTimeout: 60_000,
  },
})
