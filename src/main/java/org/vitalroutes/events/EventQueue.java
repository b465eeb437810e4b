package org.vitalroutes.events;

import java.util.List;
import java.util.UUID;

/**
 * The waiting events of an account for a sink, claimed by one worker at a time.
 *
 * @param fence number of claims; a worker with an older fence is refused
 * @param tries tries in vain since an event of the account was last taken
 * @param events the oldest that wait, in their order
 */
public record EventQueue(Sink sink, UUID account, long fence, int tries, List<Event> events) {

  public EventQueue {
    events = List.copyOf(events);
  }

  /** The event to send next. */
  public Event next() {
    return events.get(0);
  }

  /** What is left when that was taken: the tries in vain are over. */
  public EventQueue rest() {
    return new EventQueue(sink, account, fence, 0, events.subList(1, events.size()));
  }

  /** Nothing is left to send with this claim. */
  public EventQueue ended() {
    return new EventQueue(sink, account, fence, tries, List.of());
  }
}
