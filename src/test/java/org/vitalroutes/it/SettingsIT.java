package org.vitalroutes.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.vitalroutes.testsupport.ApplicationProcess;
import org.vitalroutes.testsupport.LocalPostgres;
import org.vitalroutes.testsupport.TestSettings;

/** The messages for an operator who forgot a setting. */
class SettingsIT {

  @Test
  void one_message_names_every_missing_setting_and_the_exit_code_says_failure() {
    TestSettings settings =
        new TestSettings().unset("WITHINGS_CLIENT_ID").unset("TOKEN_ENCRYPTION_KEYSET");
    try (ApplicationProcess application = ApplicationProcess.start(settings)) {
      assertThat(application.exitCode()).isNotZero();
      assertThat(application.output())
          .containsOnlyOnce("WITHINGS_CLIENT_ID is missing")
          .contains("TOKEN_ENCRYPTION_KEYSET is missing")
          .contains("SPRING_DATASOURCE_URL is missing")
          .contains("FHIR_SERVER_URL is missing")
          .contains("_JWK_SET_URI")
          .doesNotContain("\tat ");
    }
  }

  @Test
  void a_keyset_that_is_none_is_refused_without_being_printed() {
    TestSettings settings =
        new TestSettings()
            .set("TOKEN_ENCRYPTION_KEYSET", "{\"not\":\"a keyset 4711\"}")
            .set("FHIR_SERVER_URL", "http://localhost:1/fhir")
            .set("SPRING_DATASOURCE_URL", "jdbc:postgresql://localhost:1/none")
            .set(
                "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_JWK_SET_URI", "http://localhost:1/keys");
    try (ApplicationProcess application = ApplicationProcess.start(settings)) {
      assertThat(application.exitCode()).isNotZero();
      assertThat(application.output())
          .contains("TOKEN_ENCRYPTION_KEYSET cannot be read")
          .doesNotContain("4711");
    }
  }

  @Test
  void a_database_that_may_forget_is_refused() {
    String database = LocalPostgres.shared().newDatabase();
    TestSettings settings =
        new TestSettings()
            .set("FHIR_SERVER_URL", "http://localhost:1/fhir")
            .set("SPRING_DATASOURCE_URL", database + "?options=-c%20synchronous_commit=off")
            .set(
                "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_JWK_SET_URI", "http://localhost:1/keys");
    try (ApplicationProcess application = ApplicationProcess.start(settings)) {
      assertThat(application.exitCode()).isNotZero();
      assertThat(application.output()).contains("PostgreSQL runs with synchronous_commit=off");
    }
  }
}
