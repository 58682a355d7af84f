"use client";

import { Button } from "@mantine/core";
import { useState } from "react";
import { toast } from "@/components/toast";
import type { Limit, LimitState } from "@/lib/api-keys/limits";
import { Card } from "./card";
import classes from "./key.module.css";
import { LimitMeter } from "./limit-meter";
import { LimitsForm } from "./limits-form";

interface Props {
  id: string;
  limits: Limit[];
  /** What is left of each now. */
  states: LimitState[];
  canWrite: boolean;
}

const editId = "edit-limits";

/** How many calls the key may make, what is left of them, and the form that changes it. */
export function LimitsCard({ id, limits, states, canWrite }: Props) {
  const [isEditing, setIsEditing] = useState(false);
  const edit = canWrite && !isEditing && (
    <Button id={editId} variant="default" size="xs" onClick={() => setIsEditing(true)}>
      {limits.length === 0 ? "Add limits" : "Edit limits"}
    </Button>
  );
  return (
    <Card title="Limits" action={edit}>
      {isEditing ? (
        <LimitsForm
          key={JSON.stringify(limits)}
          id={id}
          limits={limits}
          next={editId}
          onCancel={() => setIsEditing(false)}
          onSaved={() => {
            setIsEditing(false);
            toast({ title: "Limits saved", message: "They count from the next call on." });
          }}
        />
      ) : limits.length === 0 ? (
        <p className={classes.hint}>None: this key may make as many calls as its callers like.</p>
      ) : (
        <ul className={classes.meters}>
          {states.map((state) => (
            <LimitMeter key={state.kind + state.per} state={state} />
          ))}
        </ul>
      )}
    </Card>
  );
}
