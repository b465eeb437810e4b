package org.vitalroutes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vitalroutes.testsupport.LocalPostgres;
import org.vitalroutes.testsupport.RunningVitalroutes;
import org.vitalroutes.testsupport.TestSettings;
import org.vitalroutes.testsupport.UserTokens;

/**
 * The whole application, with nothing replaced: bad references and missing placeholders fail here.
 */
class EverythingStartsTest {

  @TempDir static Path folder;

  static RunningVitalroutes vitalroutes;
  static final UserTokens tokens = new UserTokens();

  @BeforeAll
  static void start() {
    vitalroutes =
        RunningVitalroutes.start(
            new TestSettings()
                .set("SPRING_DATASOURCE_URL", LocalPostgres.shared().newDatabase())
                .set("FHIR_SERVER_URL", "http://localhost:1/fhir")
                .set(
                    "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLIC_KEY_LOCATION",
                    tokens.writePublicKey(folder.resolve("key.pem")).toUri().toString()));
  }

  @AfterAll
  static void stop() {
    vitalroutes.close();
  }

  @Test
  void it_is_alive() {
    assertThat(vitalroutes.get("/livez").statusCode()).isEqualTo(200);
  }

  @Test
  void a_user_without_accounts_sees_an_empty_list() {
    var answer = vitalroutes.get("/api/connected-accounts/", tokens.of("someone"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("[]");
  }
}
