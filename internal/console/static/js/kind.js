// Which kind of answer one is.

/** kind of an answer, for its colour. */
export function kindOf(info) {
  if (info.status >= 500 || info.status === 0) return 'failed';
  return info.status >= 400 || info.error ? 'refused' : '';
}
