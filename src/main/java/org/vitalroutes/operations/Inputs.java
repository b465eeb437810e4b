package org.vitalroutes.operations;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.accounts.ApiException;
import org.vitalroutes.sync.DataKind;
import org.vitalroutes.sync.Priority;

/** Validates operators' input. */
final class Inputs {

  static final int MOST_NOTE = 500;

  private Inputs() {}

  static @Nullable UUID account(@Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw refused("invalid_account", "account is the id of an account, a UUID");
    }
  }

  static @Nullable DataKind kind(@Nullable String text) {
    return text == null
        ? null
        : Arrays.stream(DataKind.values())
            .filter(kind -> kind.code().equals(text))
            .findFirst()
            .orElseThrow(
                () ->
                    refused(
                        "invalid_kind",
                        "a kind is one of "
                            + words(Stream.of(DataKind.values()).map(DataKind::code))));
  }

  static @Nullable Priority priority(@Nullable String text) {
    return text == null
        ? null
        : Priority.ofRequests().stream()
            .filter(priority -> priority.code().equals(text))
            .findFirst()
            .orElseThrow(
                () ->
                    refused(
                        "invalid_priority",
                        "priority is one of "
                            + words(Priority.ofRequests().stream().map(Priority::code))));
  }

  /** A field that has to be there. */
  static <T> T required(String field, @Nullable T value) {
    if (value == null) {
      throw refused("invalid_" + field, field + " is missing");
    }
    return value;
  }

  /** One of the allowed values of a field. */
  static @Nullable String oneOf(String field, @Nullable String text, Collection<String> words) {
    if (text != null && !words.contains(text)) {
      throw refused("invalid_" + field, field + " is one of " + words(words.stream().sorted()));
    }
    return text;
  }

  /** A reason of dead letters; only its form is checked, as reasons may be added. */
  static @Nullable String reason(@Nullable String text) {
    if (text != null && !text.matches("[a-z][a-z0-9-]{0,39}")) {
      throw refused(
          "invalid_reason", "reason is a word as it stands in the list of the dead letters");
    }
    return text;
  }

  /** A moment with an offset, or the first moment of a day in UTC. */
  static @Nullable Instant moment(String field, @Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      return text.length() == 10
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw refused(
          "invalid_" + field,
          field + " is a day as 2026-01-31, or a moment as 2026-01-31T12:00:00Z");
    }
  }

  static int number(String field, @Nullable String text, int otherwise, int most) {
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,9}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > most) {
      throw refused("invalid_" + field, field + " is a number from 1 to " + most);
    }
    return Integer.parseInt(text);
  }

  /** An operator's note for the audit trail; may be empty. */
  static String note(String field, @Nullable String text) {
    String note = text == null ? "" : text.strip();
    if (note.length() > MOST_NOTE) {
      throw refused("invalid_" + field, field + " has at most " + MOST_NOTE + " characters");
    }
    return note;
  }

  static ApiException refused(String code, String detail) {
    return new ApiException(400, code, detail);
  }

  private static String words(Stream<String> words) {
    return words.collect(Collectors.joining(", "));
  }
}
