/** A message of an event stream. */
export interface ServerSentEventMessage {
  /** A comment, which clients ignore. */
  comment?: string;
  /** The type of the event; no line break. */
  event?: string;
  /** The data, one `data:` line for each of its lines. */
  data?: string;
  /** The id of the event; no line break. */
  id?: string | number;
  /** How long to wait before reconnecting, in milliseconds. */
  retry?: number;
}

/** Encodes messages as `text/event-stream`. */
export class ServerSentEventStream extends TransformStream<ServerSentEventMessage, Uint8Array> {
  /** A new stream. */
  constructor();
}
