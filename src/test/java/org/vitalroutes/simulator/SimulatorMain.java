package org.vitalroutes.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The simulator alone, {@code java -jar}, and the recording of a real account's answers. */
public final class SimulatorMain {
  private static final long USER = 1001;

  private static final String USAGE =
      """
      usage: java -jar vitalroutes-simulator.jar                  a Withings on the loopback interface, with a user who has a year of data
             java -jar vitalroutes-simulator.jar record FOLDER    the answers of a real account, without personal details
             java -jar vitalroutes-simulator.jar readme           what both do
      Variables of the first: SIMULATOR_PORT, SIMULATOR_ADDRESS, SIMULATOR_CLIENT_ID, SIMULATOR_CLIENT_SECRET, SIMULATOR_REDIRECT_URIS.
      Variables of the second: WITHINGS_CLIENT_ID, WITHINGS_CLIENT_SECRET, WITHINGS_REDIRECT_URI, RECORD_DAYS.""";

  private SimulatorMain() {}

  public static void main(String[] arguments) throws Exception {
    Map<String, String> environment = System.getenv();
    if (arguments.length == 0) {
      System.out.println(started(environment));
      Thread.currentThread().join();
    } else if (arguments.length == 2 && arguments[0].equals("record")) {
      try {
        System.out.println(record(environment, Path.of(arguments[1]), SimulatorMain::ask));
      } catch (IllegalArgumentException | IllegalStateException | UncheckedIOException e) {
        System.err.println(e.getMessage());
        System.exit(1);
      }
    } else if (arguments.length == 1 && arguments[0].equals("readme")) {
      try (InputStream readme = SimulatorMain.class.getResourceAsStream("simulator.md")) {
        Objects.requireNonNull(readme).transferTo(System.out);
      }
    } else {
      System.err.println(USAGE);
      System.exit(2);
    }
  }

  private static String started(Map<String, String> environment) {
    SimulatorSettings settings =
        new SimulatorSettings(
            environment.getOrDefault("SIMULATOR_CLIENT_ID", "demo-client"),
            environment.getOrDefault("SIMULATOR_CLIENT_SECRET", "demo-client-secret"),
            List.of(
                environment
                    .getOrDefault("SIMULATOR_REDIRECT_URIS", "http://localhost:8080/callback")
                    .split(",", -1)));
    WithingsSimulator simulator = new WithingsSimulator(settings);
    DemoData.year(simulator.addUser(USER, ZoneId.of("Europe/Paris"), "Ada"), simulator.clock());
    simulator.start(
        new InetSocketAddress(
            environment.getOrDefault("SIMULATOR_ADDRESS", "127.0.0.1"),
            Integer.parseInt(environment.getOrDefault("SIMULATOR_PORT", "8091"))));
    return """
        The Withings simulator runs. It is not Withings, and forgets everything when it stops.

          API             %1$s            in place of https://wbsapi.withings.net
          consent         %2$s    in place of https://account.withings.com/oauth2_user/authorize2
          client id       %3$s
          client secret   %4$s
          redirect URIs   %5$s
          controls        %1$s/simulator

        Make the user step on the scale:
          curl -X POST %1$s/simulator/users/%6$d/weigh-in
        Ctrl-C stops it.
        """
        .formatted(
            simulator.baseUrl(),
            simulator.authorizeUrl(),
            settings.clientId(),
            settings.clientSecret(),
            String.join(" ", settings.redirectUris()),
            USER);
  }

  /**
   * Records an account whose user consents.
   *
   * @param browser opens a link, and returns the address after the consent
   * @return what to do with the files
   */
  static String record(
      Map<String, String> environment, Path folder, Function<String, @Nullable String> browser) {
    String clientId = required(environment, "WITHINGS_CLIENT_ID");
    String clientSecret = required(environment, "WITHINGS_CLIENT_SECRET");
    String redirectUri = required(environment, "WITHINGS_REDIRECT_URI");
    String state = UUID.randomUUID().toString();
    String link =
        "%s?response_type=code&client_id=%s&scope=user.info,user.metrics,user.activity&redirect_uri=%s&state=%s"
            .formatted(
                environment.getOrDefault(
                    "WITHINGS_AUTHORIZE_URL",
                    "https://account.withings.com/oauth2_user/authorize2"),
                URLEncoder.encode(clientId, UTF_8),
                URLEncoder.encode(redirectUri, UTF_8),
                state);
    String address = browser.apply(link);
    if (!state.equals(parameter(address, "state"))) {
      throw new IllegalArgumentException("This is not the address after that link: state differs.");
    }
    String code = parameter(address, "code");
    if (code == null) {
      throw new IllegalArgumentException("There is no code in this address: access was refused.");
    }
    Recorder recorder =
        new Recorder(
            environment.getOrDefault("WITHINGS_API_URL", "https://wbsapi.withings.net"),
            new Anonymizer(1 + new Random().nextInt(5)),
            Clock.systemUTC(),
            folder);
    String token = recorder.accessToken(clientId, clientSecret, redirectUri, code);
    List<Path> files =
        recorder.record(token, Integer.parseInt(environment.getOrDefault("RECORD_DAYS", "30")));
    return String.format(
        Locale.ROOT,
        """
        %d answers are in %s. Ids, names, texts and places are replaced, and all times are moved.
        Measured values, times of day, time zones and the models of devices are as they were: look at the files before you pass them on.
        The access is stored nowhere; you can end it in the settings of your Withings account.""",
        files.size(),
        folder);
  }

  private static @Nullable String ask(String link) {
    System.out.printf(
        """
        1. Open this link, sign in at Withings and allow the access:
             %s
        2. Within 30 seconds, copy the address at which the browser then is, and paste it here:
        """,
        link);
    try {
      return new BufferedReader(new InputStreamReader(System.in, UTF_8)).readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String required(Map<String, String> environment, String variable) {
    String value = environment.get(variable);
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(variable + " is missing.\n" + USAGE);
    }
    return value;
  }

  private static @Nullable String parameter(@Nullable String address, String name) {
    if (address == null) {
      return null;
    }
    for (String each : address.substring(address.indexOf('?') + 1).split("&", -1)) {
      if (each.startsWith(name + "=")) {
        return URLDecoder.decode(each.substring(name.length() + 1), UTF_8);
      }
    }
    return null;
  }
}
