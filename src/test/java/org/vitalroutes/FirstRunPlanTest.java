package org.vitalroutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vitalroutes.FirstRunPlan.RefusedException;
import org.vitalroutes.fhir.wire.FhirVersion;
import org.vitalroutes.testsupport.TestSettings;

class FirstRunPlanTest {

  private static final Map<String, String> REAL =
      Map.of("WITHINGS_CLIENT_ID", "our-id", "WITHINGS_CLIENT_SECRET", "our-secret");

  @TempDir Path directory;

  @Test
  void without_credentials_the_simulator_and_a_new_fhir_server_are_used() {
    FirstRunPlan plan = FirstRunPlan.of(Map.of("SIMULATOR_PORT", "9"), "R4");

    assertThat(plan.isReal()).isFalse();
    assertThat(plan.fhirVersion()).isEqualTo(FhirVersion.R4);
    assertThat(plan.fhirUrl()).isNull();
  }

  @Test
  void with_credentials_the_real_withings_is_used_and_polled_every_two_minutes() {
    FirstRunPlan plan = FirstRunPlan.of(REAL, "https://fhir.example.org/base/");

    assertThat(plan.withings()).isEqualTo(new FirstRunPlan.Application("our-id", "our-secret"));
    assertThat(plan.catchUpEvery()).isEqualTo("PT2M");
    assertThat(plan.fhirUrl()).isEqualTo("https://fhir.example.org/base");
    assertThat(plan.toString()).doesNotContain("our-secret");
  }

  @ParameterizedTest
  @CsvSource({", false", "http://localhost:8080, false", "https://vitalroutes.example.org, true"})
  void notifications_need_a_public_https_address(String publicUrl, boolean notified) {
    Map<String, String> environment = new HashMap<>(REAL);
    if (publicUrl != null) {
      environment.put("PUBLIC_URL", publicUrl);
    }

    assertThat(FirstRunPlan.of(environment, "R5").getsNotifications()).isEqualTo(notified);
  }

  @ParameterizedTest
  @ValueSource(strings = {"WITHINGS_CLIENT_ID", "WITHINGS_CLIENT_SECRET"})
  void half_of_the_credentials_is_refused(String variable) {
    assertRefused(Map.of(variable, "ours"), "Only one of");
  }

  @ParameterizedTest
  @ValueSource(strings = {"WITHINGS_API_URL", "WITHINGS_AUTHORIZE_URL"})
  void the_simulator_with_an_address_of_the_real_withings_is_refused(String variable) {
    assertRefused(Map.of(variable, "https://wbsapi.withings.net"), variable + " is set, but");
  }

  @Test
  void the_real_withings_with_the_port_of_the_simulator_is_refused() {
    assertRefused(with("SIMULATOR_PORT", "8091"), "SIMULATOR_PORT is a setting of the simulator");
  }

  @Test
  void the_credentials_of_the_simulator_are_refused() {
    assertRefused(with("WITHINGS_CLIENT_ID", TestSettings.CLIENT_ID), "are the simulator's");
    assertRefused(
        with("WITHINGS_CLIENT_SECRET", TestSettings.CLIENT_SECRET), "are the simulator's");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://localhost:8091", "http://127.0.0.1:8091", "http://[::1]:8091", "nothing"})
  void real_credentials_are_not_sent_to_this_machine(String url) {
    Map<String, String> environment = new HashMap<>(with("WITHINGS_API_URL", url));
    environment.put("WITHINGS_AUTHORIZE_URL", "https://account.withings.com/oauth2");

    assertRefused(environment, "WITHINGS_API_URL is on this machine");
  }

  @Test
  void one_address_of_another_cloud_without_the_other_is_refused() {
    assertRefused(
        with("WITHINGS_API_URL", "https://wbsapi.us.withingsmed.net"), "They belong together");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "R3", "r4", "localhost:8090/fhir", "ftp://x"})
  void a_fhir_server_that_is_neither_version_nor_url_is_refused(String fhir) {
    assertThatThrownBy(() -> FirstRunPlan.of(Map.of(), fhir))
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith("-Dfhir is the version");
  }

  @Test
  void no_refusal_shows_a_secret() {
    assertThatThrownBy(() -> FirstRunPlan.of(with("SIMULATOR_PORT", "8091"), "R5"))
        .hasMessageNotContainingAny("our-id", "our-secret");
  }

  @Test
  void a_later_run_finds_what_an_earlier_one_stored() throws IOException {
    Path folder = directory.resolve("stored");
    FirstRunPlan plan = FirstRunPlan.of(REAL, "R5");

    assertThat(FirstRunFolder.open(folder, plan).keep("keyset.json", "first")).isEqualTo("first");
    assertThat(FirstRunFolder.open(folder, plan).keep("keyset.json", "second")).isEqualTo("first");
    assertThat(Files.getPosixFilePermissions(folder)).hasSize(3);
    assertThat(Files.readString(folder.resolve("run"))).doesNotContain("our-secret");
  }

  @Test
  void what_a_run_with_another_fhir_server_stored_is_not_used() {
    Path folder = directory.resolve("stored");
    FirstRunFolder.open(folder, FirstRunPlan.of(REAL, "R5"));

    assertThatThrownBy(() -> FirstRunFolder.open(folder, FirstRunPlan.of(REAL, "R4")))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("-Dfhir=R5")
        .hasMessageEndingWith("rm -r " + folder);
  }

  private static Map<String, String> with(String variable, String value) {
    Map<String, String> environment = new HashMap<>(REAL);
    environment.put(variable, value);
    return environment;
  }

  private static void assertRefused(Map<String, String> environment, String beginning) {
    assertThatThrownBy(() -> FirstRunPlan.of(environment, "R5"))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining(beginning);
  }
}
