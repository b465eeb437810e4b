package org.vitalroutes.simulator;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A request to the simulator, with parsed parameters. */
record Call(
    String method,
    String path,
    Map<String, String> query,
    Map<String, String> form,
    Optional<String> bearer) {

  /** Parses a form or query string; the last of repeated names counts, as in PHP. */
  static Map<String, String> decode(String encoded) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String pair : encoded.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      fields.put(
          URLDecoder.decode(name, StandardCharsets.UTF_8),
          URLDecoder.decode(value, StandardCharsets.UTF_8));
    }
    return fields;
  }

  String action() {
    return text("action").orElse("");
  }

  /** A parameter of the body or, failing that, of the query; a blank one counts as absent. */
  Optional<String> text(String name) {
    return formText(name)
        .or(() -> Optional.ofNullable(query.get(name)).filter(value -> !value.isBlank()));
  }

  /** A parameter of the body only. */
  Optional<String> formText(String name) {
    return Optional.ofNullable(form.get(name)).filter(value -> !value.isBlank());
  }

  String requiredText(String name) {
    return text(name).orElseThrow(() -> RefusedException.invalid(name));
  }

  OptionalLong number(String name) {
    Optional<String> value = text(name);
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(value.get().strip()));
    } catch (NumberFormatException e) {
      throw RefusedException.invalid(name);
    }
  }

  long requiredNumber(String name) {
    return number(name).orElseThrow(() -> RefusedException.invalid(name));
  }

  Optional<LocalDate> date(String name) {
    try {
      return text(name).map(LocalDate::parse);
    } catch (DateTimeParseException e) {
      throw RefusedException.invalid(name);
    }
  }

  /** A comma-separated parameter; empty when absent. */
  Set<String> list(String name) {
    Set<String> values = new LinkedHashSet<>();
    text(name)
        .ifPresent(
            text -> Arrays.stream(text.split(",", -1)).map(String::strip).forEach(values::add));
    return values;
  }

  boolean has(String name) {
    return text(name).isPresent();
  }
}
