package org.vitalroutes.fhir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifiersTest {

  /** Computed elsewhere: printf '%s' 'namespace|key' | sha256sum. */
  @ParameterizedTest
  @CsvSource({
    "https://withings-fhir.example, meas-5149666502-1, wth-c13117d607a953e80d6f34bff8396fd4144d3afc",
    "https://withings-fhir.example, meas-2909877341-bp, wth-6236f3fc8e1c9dfc967f2a9191584bc4c623e903",
    "https://withings-fhir.example, meas-5149666502-173-12, wth-ca5ff9552cc515002f30ad7b88d58d96dbac6d18",
    "https://withings-fhir.example, device-51e8d0e7d16da9ff673accf10958ca94fea55d6e, wth-0d6feb08c850ac3872a14b074043cd6ee649cf99",
    "urn:vitalroutes:withings, meas-5149666502-1, wth-5337dd74ff6015285cb74dbc8bb323db6d21931c",
  })
  void id_is_the_hash_of_namespace_and_key(String namespace, String key, String id) {
    assertThat(new Identifiers(namespace).id(key)).isEqualTo(id);
  }

  @Test
  void id_is_one_that_fhir_and_hapi_accept() {
    assertThat(new Identifiers(Identifiers.DEFAULT_NAMESPACE).id("meas-1-1"))
        .matches("[a-z0-9-]{1,64}")
        .hasSize(44);
  }

  @Test
  void systems_lie_under_the_namespace() {
    Identifiers identifiers = new Identifiers("urn:vitalroutes:withings");
    assertThat(identifiers.observationSystem())
        .isEqualTo("urn:vitalroutes:withings/NamingSystem/observation");
    assertThat(identifiers.deviceSystem())
        .isEqualTo("urn:vitalroutes:withings/NamingSystem/device");
    assertThat(identifiers.codeSystem("measure-type"))
        .isEqualTo("urn:vitalroutes:withings/CodeSystem/measure-type");
  }

  @Test
  void keys_say_what_they_are_of() {
    assertThat(Identifiers.measureKey("4711", 5149666502L, "173-12"))
        .isEqualTo("meas-4711-5149666502-173-12");
    assertThat(Identifiers.deviceKey("4711", "51e8")).isEqualTo("device-4711-51e8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "withings", "https://a.example/", "urn:a|b", "https://a.example/ b", "/a"})
  void namespace_must_be_an_absolute_uri(String namespace) {
    assertThatIllegalArgumentException().isThrownBy(() -> new Identifiers(namespace));
  }
}
