/** Versions such as `3.51.3`. */

/** Whether a version is older than another, part by part. */
export const isOlder = (version: string, than: string): boolean => {
  const parts = version.split(".").map(Number)
  const limits = than.split(".").map(Number)
  const position = limits.findIndex((limit, index) => (parts[index] ?? 0) !== limit)
  return position >= 0 && (parts[position] ?? 0) < (limits[position] ?? 0)
}
