package org.vitalroutes.operations;

import java.time.Instant;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Priority;

/**
 * Which of the deadLetters ones are meant; null is any.
 *
 * @param account whose
 * @param kind of data
 * @param priority where the request came from
 * @param reason why it becomes a dead letter
 * @param since deadLetters at this moment or later
 * @param until deadLetters before this moment
 */
public record DeadLetterFilter(
    @Nullable UUID account,
    @Nullable DataKind kind,
    @Nullable Priority priority,
    @Nullable String reason,
    @Nullable Instant since,
    @Nullable Instant until) {

  private static final Set<String> FIELDS =
      Set.of("account", "kind", "priority", "reason", "since", "until", "all", "note");

  static DeadLetterFilter of(Texts texts) {
    return new DeadLetterFilter(
        Inputs.account(texts.of("account")),
        Inputs.kind(texts.of("kind")),
        Inputs.priority(texts.of("priority")),
        Inputs.reason(texts.of("reason")),
        Inputs.moment("since", texts.of("since")),
        Inputs.moment("until", texts.of("until")));
  }

  /** What an operator wants to be replayed, and what to remember with it. */
  public record Replay(DeadLetterFilter filter, String note) {

    /**
     * Reads it from a body. Everything is replayed only when it is said aloud.
     *
     * @throws org.vitalroutes.accounts.ApiException when it cannot be read or names nothing
     */
    public static Replay of(@Nullable String body) {
      Fields fields = Fields.of(body, FIELDS);
      DeadLetterFilter filter = DeadLetterFilter.of(fields::text);
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
        && priority == null
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
    if (priority != null) {
      text.add("priority=" + priority.code());
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
