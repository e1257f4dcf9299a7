/** A request and how many spans, log records or data points it holds. */
export interface CountedRequest<R> {
  request: R;
  itemCount: number;
}
