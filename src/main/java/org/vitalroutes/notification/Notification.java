package org.vitalroutes.notification;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.NameValuePair;
import org.apache.hc.core5.net.WWWFormCodec;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.sync.Window;

/**
 * A notification of Withings: something changed for a user, in a category and a time span.
 *
 * <p>Parsing is total: every body becomes a notification, and {@link #oddities} lists what was
 * wrong with it. A field given twice with different values counts as absent.
 *
 * @param userId Withings' user id, digits; null when absent or malformed
 * @param appli the category; null when absent or malformed
 * @param start of the window, inclusive
 * @param end of the window, inclusive
 * @param date the local day, for categories that name one
 * @param action {@code delete}, {@code unlink} or {@code update}, for appli 46
 * @param deviceId device of an event
 * @param oddities stable codes of what was odd, without any of the input
 * @see <a href="https://developer.withings.com/">notification content</a>
 */
public record Notification(
    @Nullable String userId,
    @Nullable Integer appli,
    @Nullable Instant start,
    @Nullable Instant end,
    @Nullable LocalDate date,
    @Nullable String action,
    @Nullable String deviceId,
    List<String> oddities) {

  private static final Set<String> KNOWN =
      Set.of("userid", "appli", "startdate", "enddate", "date", "action", "deviceid");

  private static final Pattern USER_ID = Pattern.compile("[0-9]{1,19}");
  private static final Pattern APPLI = Pattern.compile("[0-9]{1,4}");
  private static final Pattern ACTION = Pattern.compile("[a-z]{1,20}");
  private static final Pattern DEVICE_ID = Pattern.compile("[0-9A-Za-z]{1,64}");
  private static final Pattern EPOCH = Pattern.compile("[0-9]{1,12}");
  private static final Pattern DAY = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");

  /**
   * Maximum number of fields read, more than any real notification has; the stored body is
   * complete.
   */
  private static final int MOST_FIELDS = 100;

  public Notification {
    oddities = List.copyOf(oddities);
  }

  /**
   * Reads a form body. Never fails.
   *
   * @param form the raw body
   * @param received arrival; dates that are impossible at that time are marked
   */
  public static Notification parse(byte[] form, Instant received) {
    Set<String> odd = new LinkedHashSet<>();
    Map<String, String> fields = fields(form, odd);
    String userId = matching(fields, "userid", USER_ID, odd);
    String appli = matching(fields, "appli", APPLI, odd);
    if (userId == null && !fields.containsKey("userid")) {
      odd.add("missing-userid");
    }
    if (appli == null && !fields.containsKey("appli")) {
      odd.add("missing-appli");
    }
    Instant start = epoch(fields, "startdate", odd);
    Instant end = epoch(fields, "enddate", odd);
    LocalDate date = day(fields.get("date"));
    if (date == null && fields.containsKey("date")) {
      // Events (50, 51) give the moment as an epoch under the same name.
      start = start == null ? epoch(fields, "date", odd) : start;
      end = end == null ? start : end;
    }
    Instant midnight = date == null ? null : date.atStartOfDay(ZoneOffset.UTC).toInstant();
    if (Window.isAbsurd(start, end, received) || Window.isAbsurd(midnight, null, received)) {
      odd.add("absurd-dates");
    }
    return new Notification(
        userId,
        appli == null ? null : Integer.valueOf(appli),
        start,
        end,
        date,
        matching(fields, "action", ACTION, odd),
        matching(fields, "deviceid", DEVICE_ID, odd),
        new ArrayList<>(odd));
  }

  /** Whether it names this user. */
  public boolean isAbout(String user) {
    return userId != null && userId.equals(user);
  }

  /** The window to fetch. */
  public Window window(Instant received) {
    return Window.ofNotification(start, end, date, received);
  }

  private static Map<String, String> fields(byte[] form, Set<String> odd) {
    Map<String, String> fields = new LinkedHashMap<>();
    Set<String> contradicting = new LinkedHashSet<>();
    List<NameValuePair> pairs = WWWFormCodec.parse(new String(form, UTF_8), UTF_8);
    if (pairs.size() > MOST_FIELDS) {
      odd.add("too-many-fields");
      pairs = pairs.subList(0, MOST_FIELDS);
    }
    for (NameValuePair pair : pairs) {
      String name = pair.getName();
      if (!KNOWN.contains(name)) {
        continue;
      }
      String value = pair.getValue() == null ? "" : pair.getValue();
      String before = fields.putIfAbsent(name, value);
      if (before != null && !before.equals(value)) {
        contradicting.add(name);
      }
    }
    contradicting.forEach(
        name -> {
          odd.add("contradicting-" + name);
          fields.remove(name);
        });
    return fields;
  }

  private static @Nullable String matching(
      Map<String, String> fields, String name, Pattern pattern, Set<String> odd) {
    String value = fields.get(name);
    if (value == null || pattern.matcher(value).matches()) {
      return value;
    }
    odd.add("malformed-" + name);
    return null;
  }

  /**
   * A day with a four-digit year; Java also accepts the limits of its calendar, which have no day
   * before or after them.
   */
  private static @Nullable LocalDate day(@Nullable String value) {
    if (value == null || !DAY.matcher(value).matches()) {
      return null;
    }
    try {
      return LocalDate.parse(value);
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  private static @Nullable Instant epoch(Map<String, String> fields, String name, Set<String> odd) {
    String value = matching(fields, name, EPOCH, odd);
    if (value == null) {
      return null;
    }
    try {
      return Instant.ofEpochSecond(Long.parseLong(value));
    } catch (DateTimeException e) {
      odd.add("malformed-" + name);
      return null;
    }
  }
}
