package org.vitalroutes.operations;

import java.time.Instant;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Lane;

/**
 * Which of the parked ones are meant; null is any.
 *
 * @param account whose
 * @param kind of data
 * @param lane where the request came from
 * @param reason why it is parked
 * @param since parked at this moment or later
 * @param until parked before this moment
 */
public record ParkedFilter(
    @Nullable UUID account,
    @Nullable DataKind kind,
    @Nullable Lane lane,
    @Nullable String reason,
    @Nullable Instant since,
    @Nullable Instant until) {

  private static final Set<String> FIELDS =
      Set.of("account", "kind", "lane", "reason", "since", "until", "all", "note");

  static ParkedFilter of(Texts texts) {
    return new ParkedFilter(
        Inputs.account(texts.of("account")),
        Inputs.kind(texts.of("kind")),
        Inputs.lane(texts.of("lane")),
        Inputs.reason(texts.of("reason")),
        Inputs.moment("since", texts.of("since")),
        Inputs.moment("until", texts.of("until")));
  }

  /** What an operator wants to be replayed, and what to remember with it. */
  public record Replay(ParkedFilter filter, String note) {

    /**
     * Reads it from a body. Everything is replayed only when it is said aloud.
     *
     * @throws org.vitalroutes.accounts.ApiException when it cannot be read or names nothing
     */
    public static Replay of(@Nullable String body) {
      Fields fields = Fields.of(body, FIELDS);
      ParkedFilter filter = ParkedFilter.of(fields::text);
      boolean all = fields.flag("all");
      if (filter.isEmpty() != all) {
        throw Inputs.refused(
            "invalid_filter",
            "Name at least one field of the filter, or say all: true and no other");
      }
      return new Replay(filter, Inputs.note("note", fields.text("note")));
    }
  }

  /** Where the texts of a filter come from. */
  @FunctionalInterface
  interface Texts {
    @Nullable String of(String field);
  }

  private boolean isEmpty() {
    return account == null
        && kind == null
        && lane == null
        && reason == null
        && since == null
        && until == null;
  }

  /** For the audit. */
  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(" ").setEmptyValue("all");
    if (account != null) {
      text.add("account=" + account);
    }
    if (kind != null) {
      text.add("kind=" + kind.code());
    }
    if (lane != null) {
      text.add("lane=" + lane.code());
    }
    if (reason != null) {
      text.add("reason=" + reason);
    }
    if (since != null) {
      text.add("since=" + since);
    }
    if (until != null) {
      text.add("until=" + until);
    }
    return text.toString();
  }
}
