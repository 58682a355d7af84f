"use client";

import { Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { FailureAlert } from "@/components/failure-alert";
import { SaveButton } from "@/components/save-button";
import { toast } from "@/components/toast";
import { UnsavedChanges } from "@/components/unsaved-changes";
import { useSubmit } from "@/components/use-submit";
import { setAllowedAddressesAction } from "../actions";
import { Card } from "./card";
import classes from "./key.module.css";

interface Props {
  id: string;
  allowedAddresses: string[];
  /** The operator's own; null when it is not known. */
  ownAddress: string | null;
  canWrite: boolean;
}

const titleId = "key-addresses";

const linesOf = (text: string) =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

/** Where the key may be used from. */
export function AddressesForm({ id, allowedAddresses, ownAddress, canWrite }: Props) {
  const saved = allowedAddresses.join("\n");
  const [text, setText] = useState(saved);
  const { submit, failure, setFailure, isPending } = useSubmit<{ allowedAddresses: string[] }>(
    "Flowlatch could not be reached. Nothing is known to have changed: load the page again to see.",
    ({ allowedAddresses: { length } }) => {
      const where =
        length === 0 ? "from any address" : `from ${length === 1 ? "that address" : "those addresses"} alone`;
      toast({ title: "Addresses saved", message: `The key works ${where}, from the next call on.` });
    },
  );
  const isChanged = linesOf(text).join("\n") !== saved;
  const isFieldFailure = failure?.field?.startsWith("allowedAddresses") ?? false;

  function save(event: FormEvent) {
    event.preventDefault();
    submit(() => setAllowedAddressesAction({ id, allowedAddresses: linesOf(text) }));
  }

  if (!canWrite) {
    return (
      <Card title="Allowed addresses">
        <p className={classes.hint}>{saved ? allowedAddresses.join(", ") : "Any address."}</p>
      </Card>
    );
  }
  return (
    <Card titleId={titleId} title="Allowed addresses">
      <form className={classes.form} onSubmit={save} noValidate>
        <UnsavedChanges isDirty={isChanged && !isPending} />
        <FailureAlert message={isFieldFailure ? null : failure?.message} />
        <Textarea
          label="IP addresses and networks"
          description={`One a line. Empty: any address.${ownAddress ? ` Yours is ${ownAddress}.` : ""}`}
          placeholder={"203.0.113.0/24\n2001:db8::/32"}
          classNames={{ input: classes.addresses }}
          autosize
          minRows={2}
          maxRows={12}
          spellCheck={false}
          autoComplete="off"
          value={text}
          error={isFieldFailure && <span role="alert">{failure?.message}</span>}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setFailure(null);
          }}
        />
        {isChanged && (
          <div className={classes.foot}>
            <SaveButton isPending={isPending} next={titleId}>
              Save addresses
            </SaveButton>
          </div>
        )}
      </form>
    </Card>
  );
}
