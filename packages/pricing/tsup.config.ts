import { defineConfig } from "tsup"

export default defineConfig({
  entry: ["src/index.ts", "src/withoutBook.ts"],
  format: ["esm"],
  target: "node20",
  dts: false,
  sourcemap: true,
  clean: false,
  // What both entries use is one file: a result priced by one can be explained by the other.
  splitting: true,
  treeshake: true,
})
