package org.vitalroutes;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.testsupport.TestSettings;

/**
 * What a first run is made of, by its environment variables and {@code -Dfhir}.
 *
 * @param withings the application at the real Withings; null for the simulator
 * @param publicUrl where Withings and browsers reach Vitalroutes; null for this machine
 * @param catchUpEvery how often the real Withings is polled
 * @param fhirVersion the version of the FHIR server that is started; null when one runs already
 * @param fhirUrl the FHIR server that runs already; null when one is started
 */
record FirstRunPlan(
    @Nullable Application withings,
    @Nullable String publicUrl,
    String catchUpEvery,
    @Nullable FhirVersion fhirVersion,
    @Nullable String fhirUrl) {

  private static final String ID = "WITHINGS_CLIENT_ID";
  private static final String SECRET = "WITHINGS_CLIENT_SECRET";
  private static final List<String> URLS = List.of("WITHINGS_API_URL", "WITHINGS_AUTHORIZE_URL");
  private static final String SIMULATOR_PORT = "SIMULATOR_PORT";

  /** An application that is registered with Withings. */
  record Application(String clientId, String clientSecret) {
    @Override
    public String toString() {
      return "application " + clientId;
    }
  }

  /** A first run that is not started, and why. */
  static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
      super(message);
    }
  }

  static FirstRunPlan of(Map<String, String> environment, String fhir) {
    boolean version = Stream.of(FhirVersion.values()).anyMatch(each -> each.name().equals(fhir));
    if (!version && !fhir.matches("https?://[^/\\s]+(/\\S*)?")) {
      throw new RefusedException(
          "-Dfhir is the version of the FHIR server that is started (R4, R4B or R5), or the URL of"
              + " one that runs already, such as -Dfhir=http://localhost:8090/fhir.");
    }
    return new FirstRunPlan(
        application(environment),
        environment.get("PUBLIC_URL"),
        environment.getOrDefault("CATCH_UP_EVERY", "PT2M"),
        version ? FhirVersion.valueOf(fhir) : null,
        version ? null : fhir.replaceFirst("/+$", ""));
  }

  private static @Nullable Application application(Map<String, String> environment) {
    String id = environment.getOrDefault(ID, "");
    String secret = environment.getOrDefault(SECRET, "");
    if (id.isBlank() != secret.isBlank()) {
      throw new RefusedException(
          "Only one of %s and %s is set. Set both for the real Withings, or neither for the simulator."
              .formatted(ID, SECRET));
    }
    List<String> urls = URLS.stream().filter(environment::containsKey).toList();
    if (id.isBlank()) {
      if (!urls.isEmpty()) {
        throw new RefusedException(
            "%s is set, but the simulator has an address of its own. Unset it, or set %s and %s for the real Withings."
                .formatted(urls.get(0), ID, SECRET));
      }
      return null;
    }
    if (id.equals(TestSettings.CLIENT_ID) || secret.equals(TestSettings.CLIENT_SECRET)) {
      throw new RefusedException(
          "%s and %s are the simulator's. Set those of your application, from Withings' developer dashboard, or unset both."
              .formatted(ID, SECRET));
    }
    if (environment.containsKey(SIMULATOR_PORT)) {
      throw new RefusedException(
          "%s is a setting of the simulator, but %s and %s choose the real Withings. Unset the one or the others."
              .formatted(SIMULATOR_PORT, ID, SECRET));
    }
    if (urls.size() == 1) {
      throw new RefusedException(
          "Only one of %s and %s is set. They belong together: set both, or neither."
              .formatted(URLS.get(0), URLS.get(1)));
    }
    for (String url : urls) {
      if (isOnThisMachine(environment.get(url))) {
        throw new RefusedException(
            "%s is on this machine, so it is not the real Withings, and the secret of your application would go there. Unset it, or unset %s and %s for the simulator."
                .formatted(url, ID, SECRET));
      }
    }
    return new Application(id, secret);
  }

  private static boolean isOnThisMachine(String url) {
    String host = URI.create(url).getHost();
    return host == null || host.matches("localhost|127\\..*|\\[::1]|0\\.0\\.0\\.0");
  }

  boolean isReal() {
    return withings != null;
  }

  /** Whether Withings sends notifications to such an address. */
  boolean getsNotifications() {
    return publicUrl != null && publicUrl.startsWith("https://");
  }

  /** What must be the same in all runs that use what an earlier one stored. */
  String identity() {
    return "WITHINGS_CLIENT_ID=%s -Dfhir=%s"
        .formatted(
            withings == null ? "" : withings.clientId(), fhirUrl == null ? fhirVersion : fhirUrl);
  }
}
