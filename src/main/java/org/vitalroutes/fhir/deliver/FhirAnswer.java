package org.vitalroutes.fhir.deliver;

import static org.vitalroutes.sync.Outcome.DEAD_LETTER;
import static org.vitalroutes.sync.Outcome.HOLD;
import static org.vitalroutes.sync.Outcome.RETRY;

import java.util.stream.IntStream;
import org.vitalroutes.sync.Outcome;

/**
 * The failures of the FHIR server and their outcomes. docs/errors.md is generated from this enum.
 */
public enum FhirAnswer {
  /** Its answer may be lost and the transaction done: done again it changes nothing. */
  NOT_REACHED(
      "none: not reached, no answer within a minute, or an answer cut off",
      RETRY,
      true,
      "sent again; if only the answer was lost, a PUT of the same content makes no new version"),
  INCOMPLETE(
      "2xx, but an entry is missing or failed, or it is no Bundle",
      RETRY,
      false,
      "nothing is noted in the ledger, so all of it is sent again"),
  REDIRECT("3xx", HOLD, true, "not followed: the address is wrong, and the token would go along"),
  MISCONFIGURED(
      "401, 403, 404, 405, 406, 407, 410, 415, 501",
      HOLD,
      true,
      "of the server as such and not of an entry: a wrong address, token or server",
      401,
      403,
      404,
      405,
      406,
      407,
      410,
      415,
      501),
  INVALID(
      "400, 422",
      DEAD_LETTER,
      false,
      "the transaction is taken apart until the refused resource stands alone; it becomes a dead letter, its"
          + " neighbours are delivered",
      400,
      422),
  CONFLICTING(
      "412",
      DEAD_LETTER,
      false,
      "as 400; no condition of ours is left to be fulfilled by waiting",
      412),
  TOO_LARGE(
      "413",
      DEAD_LETTER,
      false,
      "sent in halves; a single resource too large becomes a dead letter",
      413),
  TIMED_OUT("408", RETRY, true, "as 503", 408),
  CONFLICT(
      "409, 423, 425", RETRY, false, "another writer was there; jitter parts them", 409, 423, 425),
  THROTTLED(
      "429", RETRY, true, "nothing more is sent for as long as Retry-After says, if it does", 429),
  UNAVAILABLE("5xx but 501", RETRY, true, "Retry-After is kept, in seconds or as a date"),
  OTHER("any other 4xx", RETRY, false, "nobody has seen one");

  private final String answer;
  private final Outcome outcome;
  private final boolean outage;
  private final String note;

  @SuppressWarnings("ImmutableEnumChecker") // never written after construction
  private final int[] statuses;

  FhirAnswer(String answer, Outcome outcome, boolean outage, String note, int... statuses) {
    this.answer = answer;
    this.outcome = outcome;
    this.outage = outage;
    this.note = note;
    this.statuses = statuses;
  }

  /** The meaning of an HTTP status; total. */
  public static FhirAnswer of(int status) {
    for (FhirAnswer each : values()) {
      if (IntStream.of(each.statuses).anyMatch(one -> one == status)) {
        return each;
      }
    }
    return switch (status / 100) {
      case 0 -> NOT_REACHED;
      case 1, 2 -> INCOMPLETE;
      case 3 -> REDIRECT;
      case 4 -> OTHER;
      default -> UNAVAILABLE;
    };
  }

  /** The statuses, or what else it is. */
  public String answer() {
    return answer;
  }

  /** Its outcome. */
  public Outcome outcome() {
    return outcome;
  }

  /** Whether it says that the server as such is of no use now, so that the breaker counts it. */
  public boolean isOutage() {
    return outage;
  }

  /** Whether it may be of one entry of a transaction, so that a smaller one may be taken. */
  public boolean isOfAnEntry() {
    return outcome == DEAD_LETTER;
  }

  /** Why. */
  public String note() {
    return note;
  }
}
