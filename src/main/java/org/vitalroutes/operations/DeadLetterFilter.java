package org.vitalroutes.operations;

import java.time.Instant;
import java.util.Set;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Priority;

/**
 * A filter of dead letters; null fields match any.
 *
 * @param account the account
 * @param kind data kind
 * @param priority where the request came from
 * @param reason reason of the dead letter
 * @param since created at this moment or later
 * @param until created before this moment
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

  /** A replay by filter, with a note for the audit trail. */
  public record Replay(DeadLetterFilter filter, String note) {

    /**
     * Reads it from a body. An empty filter is accepted only with an explicit {@code all}.
     *
     * @throws org.vitalroutes.accounts.ApiException when the body is invalid or names no filter
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

  /** Source of the filter's texts. */
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

  /** Its form in the audit trail. */
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
