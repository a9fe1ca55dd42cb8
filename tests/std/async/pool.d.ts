/** Maps with at most `poolLimit` calls at once and keeps the order; failures end it with an `AggregateError`. */
export function pooledMap<T, R>(
  poolLimit: number,
  array: Iterable<T> | AsyncIterable<T>,
  iteratorFn: (data: T) => Promise<R>,
): AsyncIterableIterator<R>;
