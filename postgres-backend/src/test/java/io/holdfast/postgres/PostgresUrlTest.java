package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresUrlTest {

  @Test
  void reads_every_part() {
    PostgresConfiguration read =
        PostgresUrl.parse(
            "postgresql://me:p%40ss%2Bword@one:5433,[::1]/orders?schema=s1&sslmode=require"
                + "&connections=20&application_name=app");

    assertThat(read.hosts()).containsExactly("one:5433", "[::1]");
    assertThat(read.database()).isEqualTo("orders");
    assertThat(read.username()).isEqualTo("me");
    assertThat(read.password()).isEqualTo("p@ss+word");
    assertThat(read.schema().value()).isEqualTo("s1");
    assertThat(read.connections()).isEqualTo(20);
    assertThat(read.applicationName()).isEqualTo("app");
  }

  @Test
  void names_the_database_like_the_user_unless_told() {
    assertThat(PostgresUrl.parse("postgresql://me@host").database()).isEqualTo("me");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://me:secret@host/db",
        "postgresql://me:secret@ho st:notaport/db?x=1",
        "postgresql://me:secret@@host",
        "postgresql://host/db?password=secret&schema=a",
        "postgres://me:se%zzcret@host/db",
        "postgres://me:se/cret@host/db",
        "postgres://me:secret/x@host/db"
      })
  void never_shows_a_password(String url) {
    assertThat(PostgresUrl.redact(url)).doesNotContain("secret").doesNotContain("cret@");
    try {
      assertThat(PostgresUrl.parse(url).toString()).doesNotContain("secret");
    } catch (InvalidInputException e) {
      assertThat(e.getMessage()).doesNotContain("secret").doesNotContain("cret@");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql:host",
        "postgresql://host:0/db",
        "postgresql://host:99999/db",
        "postgresql://host/db?schema=Robert'); DROP TABLE",
        "postgresql://host/db?schema=pg_catalog",
        "postgresql://host/db?sslmode=maybe",
        "postgresql://host/db?connections=0",
        "postgresql://host/db?connections=many",
        "postgresql://host/db?unknown=1",
        "postgresql://host/db?upgrade=never",
        "postgresql://us%er@host/db"
      })
  void refuses_what_it_does_not_understand(String url) {
    assertThatThrownBy(() -> PostgresUrl.parse(url)).isInstanceOf(InvalidInputException.class);
  }
}
