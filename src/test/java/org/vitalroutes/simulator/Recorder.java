package org.vitalroutes.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes the answers of Withings for one account to files, without personal details. */
final class Recorder {
  private static final int MAX_PAGES = 3;

  private static final String ACTIVITY =
      "steps,distance,elevation,soft,moderate,intense,active,calories,totalcalories,hr_average,"
          + "hr_min,hr_max,hr_zone_0,hr_zone_1,hr_zone_2,hr_zone_3";
  private static final String INTRADAY =
      "steps,elevation,calories,distance,stroke,pool_lap,duration,heart_rate,spo2_auto,rmssd,sdnn1,"
          + "hrv_quality";
  private static final String WORKOUTS =
      "calories,intensity,manual_distance,manual_calories,hr_average,hr_min,hr_max,hr_zone_0,"
          + "hr_zone_1,hr_zone_2,hr_zone_3,pause_duration,algo_pause_duration,spo2_average,steps,"
          + "distance,elevation,pool_laps,strokes,pool_length";
  private static final String NIGHTS =
      "total_timeinbed,total_sleep_time,lightsleepduration,remsleepduration,deepsleepduration,"
          + "sleep_latency,wakeup_latency,wakeupduration,waso,durationtosleep,durationtowakeup,"
          + "wakeupcount,nb_rem_episodes,out_of_bed_count,sleep_efficiency,hr_average,hr_min,hr_max,"
          + "rr_average,rr_min,rr_max,breathing_disturbances_intensity,snoring,snoringepisodecount,"
          + "sleep_score,apnea_hypopnea_index,night_events,mvt_score_avg,mvt_active_duration,"
          + "chest_movement_rate_average,withings_index,core_body_temperature_status";
  private static final String PHASES = "hr,rr,snoring,sdnn_1,rmssd,mvt_score";

  private final HttpClient http = HttpClient.newHttpClient();
  private final String api;
  private final Anonymizer anonymizer;
  private final Clock clock;
  private final Path folder;
  private final List<Path> written = new ArrayList<>();

  Recorder(String api, Anonymizer anonymizer, Clock clock, Path folder) {
    this.api = api;
    this.anonymizer = anonymizer;
    this.clock = clock;
    this.folder = folder;
  }

  /** Exchanges a code for an access token, which is stored nowhere. */
  String accessToken(String clientId, String clientSecret, String redirectUri, String code) {
    Map<String, String> form = new LinkedHashMap<>();
    form.put("action", "requesttoken");
    form.put("grant_type", "authorization_code");
    form.put("client_id", clientId);
    form.put("client_secret", clientSecret);
    form.put("redirect_uri", redirectUri);
    form.put("code", code);
    JsonNode answer = call("/v2/oauth2", form, Optional.empty());
    String token = answer.path("body").path("access_token").asText();
    if (token.isEmpty()) {
      throw new IllegalStateException(
          "Withings refused the code with status " + answer.path("status").asText());
    }
    return token;
  }

  /** Records the last days of every kind of data, and returns the files. */
  List<Path> record(String token, int days) {
    Instant now = clock.instant();
    String from = seconds(now.minus(Duration.ofDays(days)));
    String dayBefore = seconds(now.minus(Duration.ofDays(1)));
    String to = seconds(now);
    Map<String, String> dates =
        Map.of("startdateymd", day(now.minus(Duration.ofDays(days))), "enddateymd", day(now));
    Map<String, String> times = Map.of("startdate", from, "enddate", to);
    Map<String, String> oneDay = Map.of("startdate", dayBefore, "enddate", to);
    pages(token, "device", "/v2/user", "getdevice", Map.of());
    pages(token, "measurement", "/measure", "getmeas", with(times, "category", "1"));
    pages(token, "activity", "/v2/measure", "getactivity", with(dates, "data_fields", ACTIVITY));
    pages(
        token,
        "intraday",
        "/v2/measure",
        "getintradayactivity",
        with(oneDay, "data_fields", INTRADAY));
    pages(token, "workouts", "/v2/measure", "getworkouts", with(dates, "data_fields", WORKOUTS));
    pages(token, "sleep_summary", "/v2/sleep", "getsummary", with(dates, "data_fields", NIGHTS));
    pages(token, "sleep", "/v2/sleep", "get", with(oneDay, "data_fields", PHASES));
    JsonNode recordings = pages(token, "heart", "/v2/heart", "list", times);
    JsonNode signal = recordings.findPath("signalid");
    if (!signal.isMissingNode()) {
      pages(token, "heart_signal", "/v2/heart", "get", Map.of("signalid", signal.asText()));
    }
    return List.copyOf(written);
  }

  /** Calls for page after page, and returns the first. */
  private JsonNode pages(
      String token, String name, String path, String action, Map<String, String> parameters) {
    Map<String, String> form = new LinkedHashMap<>(parameters);
    form.put("action", action);
    JsonNode first = call(path, form, Optional.of(token));
    JsonNode page = first;
    write(name, page);
    for (int number = 2; number <= MAX_PAGES && hasMore(page); number++) {
      form.put("offset", page.path("body").path("offset").asText());
      page = call(path, form, Optional.of(token));
      write(name + "-" + number, page);
    }
    return first;
  }

  private static boolean hasMore(JsonNode page) {
    JsonNode more = page.path("body").path("more");
    return more.asBoolean() || more.asInt() == 1;
  }

  private JsonNode call(String path, Map<String, String> form, Optional<String> token) {
    String body =
        form.entrySet().stream()
            .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
            .collect(Collectors.joining("&"));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(api + path))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    token.ifPresent(bearer -> request.header("Authorization", "Bearer " + bearer));
    try {
      return Json.parse(http.send(request.build(), BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void write(String name, JsonNode answer) {
    Path file = folder.resolve(name + ".json");
    try {
      Files.createDirectories(folder);
      written.add(Files.writeString(file, anonymizer.replace(answer).toPrettyString() + "\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> with(Map<String, String> form, String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(form);
    more.put(name, value);
    return more;
  }

  private static String seconds(Instant time) {
    return Long.toString(time.getEpochSecond());
  }

  private static String day(Instant time) {
    return LocalDate.ofInstant(time, ZoneOffset.UTC).toString();
  }
}
