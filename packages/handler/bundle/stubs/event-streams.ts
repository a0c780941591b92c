/** Stands for `@smithy/core/event-streams`, which reads and writes what `InvokeWithResponseStream` does. */
export class EventStreamSerde {
  constructor() {
    eventStreamSerdeProvider();
  }
}

export function eventStreamSerdeProvider(): never {
  throw new Error('This bundle does not read or write streams of events');
}

/** A client asks for this as it is made, whatever operations follow. */
export function resolveEventStreamSerdeConfig<Config>(config: Config): Config {
  return config;
}
